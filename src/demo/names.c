/* Invented words, numbers and places. */
#include "demo/demo.h"

#include <string.h>

const struct demo_town demo_towns[DEMO_TOWNS] = {
	{ 310112101, 31112000, 121380000, "莘庄镇", 12 },
	{ 310112102, 31155000, 121355000, "七宝镇", 12 },
	{ 310112001, 31005000, 121405000, "江川路街道", 8 },
	{ 310112006, 31145000, 121390000, "古美街道", 6 },
	{ 310112008, 31190000, 121315000, "新虹街道", 5 },
	{ 310112009, 31085000, 121490000, "浦锦街道", 4 },
	{ 310112103, 31065000, 121400000, "颛桥镇", 8 },
	{ 310112106, 31215000, 121285000, "华漕镇", 7 },
	{ 310112107, 31175000, 121385000, "虹桥镇", 10 },
	{ 310112108, 31115000, 121425000, "梅陇镇", 11 },
	{ 310112110, 31035000, 121460000, "吴泾镇", 4 },
	{ 310112112, 31025000, 121355000, "马桥镇", 4 },
	{ 310112114, 31045000, 121510000, "浦江镇", 10 },
	{ 310112501, 31075000, 121365000, "莘庄工业区", 4 },
};

uint64_t demo_random(uint64_t *state)
{
	uint64_t x = *state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1du;
}

int64_t demo_below(uint64_t *state, int64_t n)
{
	return (int64_t)((demo_random(state) >> 16) % (uint64_t)n);
}

bool demo_chance(uint64_t *state, int per_mille)
{
	return demo_below(state, 1000) < per_mille;
}

/* ---- kinds ----------------------------------------------------------------- */
struct kind_words {
	const char *code;
	int weight;
	const char *ends[5]; /* what names of this kind end with */
};

static const struct kind_words kinds[] = {
	{ "restaurant_large", 15, { "大酒楼", "宴会酒店", "海鲜酒楼", "酒家" } },
	{ "restaurant_medium", 50, { "酒家", "饭店", "私房菜馆", "火锅店" } },
	{ "restaurant_small", 220, { "小馆", "家常菜馆", "饭店", "烧烤店", "川菜馆" } },
	{ "small_caterer", 140, { "小吃铺", "面馆", "早餐铺", "馄饨店" } },
	{ "fast_food", 80, { "快餐店", "盖浇饭店", "简餐厅" } },
	{ "snack", 100, { "生煎馆", "拉面馆", "麻辣烫店", "粉面店", "包子铺" } },
	{ "drink_shop", 90, { "奶茶店", "咖啡馆", "饮品店" } },
	{ "bakery", 50, { "面包房", "糕点店", "西饼屋" } },
	{ "canteen_school", 10, { "小学食堂", "中学食堂" } },
	{ "canteen_kindergarten", 10, { "幼儿园食堂" } },
	{ "canteen_work", 50, { "员工食堂", "职工餐厅" } },
	{ "canteen_care", 4, { "养老院食堂" } },
	{ "central_kitchen", 2, { "中央厨房" } },
	{ "catering_distributor", 3, { "团膳配送中心" } },
	{ "food_shop", 80, { "食品商行", "水果店", "粮油店" } },
	{ "convenience_store", 60, { "便利店", "小超市" } },
	{ "supermarket", 15, { "超市", "生鲜超市" } },
	{ "wholesaler", 12, { "食品批发部" } },
	{ "market", 3, { "菜市场" } },
	{ "food_maker", 6, { "食品厂" } },
	{ "workshop", 3, { "豆制品作坊", "糕点作坊" } },
	{ "banquet_site", 2, { "会所" } },
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static int kind_index(const char *code)
{
	int i = 0;
	while (operator_kinds[i].code && strcmp(operator_kinds[i].code, code) != 0)
		i++;
	return i;
}

static const struct kind_words *pick_kind(uint64_t *random)
{
	int64_t sum = 0, at;

	for (int i = 0; i < KINDS; i++)
		sum += kinds[i].weight;
	at = demo_below(random, sum);
	for (int i = 0; i < KINDS; i++) {
		at -= kinds[i].weight;
		if (at < 0)
			return &kinds[i];
	}
	return &kinds[0];
}

int demo_kind(uint64_t *random)
{
	return kind_index(pick_kind(random)->code);
}

/* ---- words ----------------------------------------------------------------- */
#define PICK(random, words) (words)[demo_below(random, (int64_t)(sizeof(words) / sizeof(*(words))))]

static const char *const syllables[] = { "沁", "禾", "稻", "竹", "苑", "溪", "岚", "柚", "槿", "汐",
	"苔", "澜", "麦", "椒", "桂", "荷", "粟", "枫", "蘅", "芷", "檀", "菱", "榆", "砚", "芽",
	"篱", "棠", "霁", "柿", "笋", "茗", "萤", "栀", "鹿", "穗", "栗", "葵", "瓷", "枣", "酌" };
static const char *const surnames[] = { "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈",
	"蒋", "沈", "韩", "杨", "朱", "秦", "许", "何", "吕", "张", "曹", "严", "金", "魏", "陶",
	"姜" };
static const char *const given[] = { "安", "宁", "和", "平", "明", "清", "文", "雅", "勤", "朴",
	"实", "诚", "信", "达", "远", "嘉", "禾", "新", "思", "敏" };

const char *demo_person(struct arena *a, uint64_t *random)
{
	const char *surname = PICK(random, surnames), *first = PICK(random, given);
	return arena_printf(a, "%s%s%s", surname, first, PICK(random, given));
}

static const struct kind_words *words_for(const char *code)
{
	for (int i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].code, code) == 0)
			return &kinds[i];
	return &kinds[0];
}

static const char *another(uint64_t *random, const char *than, const char *nor)
{
	const char *s;

	do {
		s = PICK(random, syllables);
	} while (s == than || s == nor);
	return s;
}

static const char *name_of(struct arena *a, uint64_t *random, const char *kind)
{
	const struct kind_words *w = words_for(kind);
	int n = 0;

	while (n < 5 && w->ends[n])
		n++;
	const char *one = PICK(random, syllables), *two = another(random, one, NULL);
	return arena_printf(
		a, "%s%s%s%s", one, two, another(random, one, two), w->ends[demo_below(random, n)]);
}

/* GB 32100: the last sign makes the weighted sum a multiple of 31. */
static const char *uscc_of(struct arena *a, int64_t no)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char *s = arena_printf(a, "92310112XX%07" PRId64 "?", no % 10000000);
	int sum = 0, weight = 1;

	for (int i = 0; i < 17; i++) {
		sum += (int)(strchr(set, s[i]) - set) * weight;
		weight = weight * 3 % 31;
	}
	s[17] = set[(31 - sum % 31) % 31];
	return s;
}

static const struct demo_town *town_of(uint64_t *random)
{
	int64_t sum = 0, at;

	for (int i = 0; i < DEMO_TOWNS; i++)
		sum += demo_towns[i].weight;
	at = demo_below(random, sum);
	for (int i = 0; i < DEMO_TOWNS; i++) {
		at -= demo_towns[i].weight;
		if (at < 0)
			return &demo_towns[i];
	}
	return &demo_towns[0];
}

void demo_operator(struct arena *a, uint64_t *random, int64_t no, struct operator* o)
{
	const struct demo_town *t = town_of(random);
	const char *kind = operator_kinds[demo_kind(random)].code;
	const char *road = PICK(random, syllables), *road2 = PICK(random, syllables);

	*o = (struct operator){
		.name = name_of(a, random, kind),
		.uscc = uscc_of(a, no),
		.licence_no = arena_printf(a, "JYX310112%07" PRId64, no),
		.kind = kind,
		.address = arena_printf(a, "上海市闵行区%s%s%s路%" PRId64 "号", t->name, road,
			road2, 1 + demo_below(random, 999)),
		.area = t->area,
		.legal_person = demo_person(a, random),
		.phone = arena_printf(a, "1990000%04" PRId64, no % 10000),
		.lat = t->lat + demo_below(random, 24000) - 12000,
		.lon = t->lon + demo_below(random, 24000) - 12000,
	};
}
