/* Pictures with faces covered, as an officer hands them on: an archive whose manifest says that
 * they are derived, from what, when, and how. */
#include "core/base/zip.h"
#include "domains/privacy/privacy.h"

#include <string.h>

enum { PICTURE_BYTES_MAX = 64 << 20 };

static void put_manifest(struct req *rq, struct node *m, const struct blur *b)
{
	struct node *o = put_map(m, "original");

	put_flag(m, "derived", true);
	put_text(m, "what",
		"派生图像：人脸（头部）已作不可逆遮挡，供对外提供；原始证据另行保存，未作任何改动"
		"。");
	put_text(m, "what_en",
		"Derived pictures: faces (heads) are covered beyond recovery, to be given outside. "
		"The "
		"original evidence is kept apart, unchanged.");
	put_text(o, "kind", b->kind);
	put_text(o, "sm3", b->original);
	put_text(o, "sha256", b->original_sha256);
	put_text(m, "method", b->method);
	put_text(m, "made_at", time_iso(rq->arena, b->made_at));
}

static void put_picture(struct node *list, const char *name, const struct blur_picture *p)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "file", name);
	put_int(n, "ms_from_start", p->at_ms);
	put_int(n, "areas_covered", p->areas);
	put_int(n, "bytes", p->size);
	put_text(n, "sm3", p->sm3);
	put_text(n, "sha256", p->sha256);
}

enum err blur_archive(struct req *rq)
{
	struct blur b;
	struct list l;
	struct zip_file files[BLUR_PICTURES_MOST + 1];
	size_t n = 0;
	struct fault why = { 0 };

	TRY(db_one(rq, &blur_model, &b, "SELECT * FROM blurs WHERE id = $1 AND state = 'made'",
		rq->id));
	TRY(db_all(rq, &blur_picture_model, &l,
		"SELECT * FROM blur_pictures WHERE blur = $1 ORDER BY n LIMIT $2", b.id,
		(int64_t)BLUR_PICTURES_MOST));
	struct node *m = put_map(rq->view, "manifest");
	put_manifest(rq, m, &b);
	struct node *list = put_list(m, "pictures");
	for (struct blur_picture *p = LIST_OF(struct blur_picture, &l);
		p < LIST_END(struct blur_picture, &l); p++, n++) {
		files[n].name = arena_printf(rq->arena, "blurred-%02" PRId64 ".jpg", p->n);
		put_picture(list, files[n].name, p);
		if (store_read(rq_store(rq), rq->arena, p->sm3, PICTURE_BYTES_MAX,
			    &files[n].content, &why))
			return fail(rq, E_NOT_FOUND, "This file is not in the store.");
	}
	const char *manifest = json_text(rq, m);
	files[n].name = "manifest.json";
	files[n++].content = (struct bytes){ (const uint8_t *)manifest, strlen(manifest) };
	reply_set_header(rq, "Cache-Control", "private, no-store");
	return reply_bytes(rq, "application/zip", zip_of(rq->arena, files, n, b.made_at),
		arena_printf(rq->arena, "blurred-%" PRId64 ".zip", b.id));
}
