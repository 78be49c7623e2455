#!/usr/bin/env python3
"""Makes a file of operators as a bureau would hand it in, on standard output.

    make-operators.py [--rows N] [--bad N] [--encoding utf-8|utf-8-sig|gb18030] [--newlines] [--first N]

--bad of the rows are wrong, in ten ways that take turns. --newlines puts commas, quotes and line ends into names and
addresses. --first sets the first licence number. The same words give the same file.
"""
import argparse
import csv
import io
import random
import sys

SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TOWNS = ["莘庄镇", "七宝镇", "颛桥镇", "华漕镇", "虹桥镇", "梅陇镇", "吴泾镇", "马桥镇", "浦江镇", "江川路街道", "古美街道", "310112008",
         "Pujin", "莘庄工业区"]
KINDS = ["restaurant_large", "restaurant_medium", "restaurant_small", "small_caterer", "fast_food", "snack", "drink_shop",
         "bakery", "canteen_school", "canteen_kindergarten", "canteen_work", "food_shop", "convenience_store", "Snack shop"]
NAMES = ["禾记", "沁芽", "老弄堂", "江南", "阿婆", "喜相逢", "明月", "浦江", "七宝", "𠮷祥", "绿波", "三林"]
SORTS = ["小馆", "面馆", "饭店", "食堂", "点心店", "茶饮", "面包房", "熟食店", "便利店", "生煎"]
PEOPLE = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def uscc(n):
    body = "91310112MA" + "".join(SET[n // 31 ** i % 31] for i in range(6, -1, -1))
    total = sum(SET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + SET[-total % 31]


def row(n, r, newlines):
    name = f"{r.choice(NAMES)}{r.choice(SORTS)}（{n}号店）"
    address = f"示例路{r.randrange(1, 2000)}号{r.choice(['', '甲', 'B座 2楼'])}"
    if newlines and n % 3 == 0:
        name, address = f'"{name}",\n分店', address + "\r\n后门, 右侧"
    return [name, uscc(n), f"JY2310112{n:07d}", f"20{r.randrange(27, 31)}-{r.randrange(1, 13):02d}-{r.randrange(1, 29):02d}",
            r.choice(KINDS), address, r.choice(TOWNS), r.choice(PEOPLE) + r.choice("伟芳娜敏静丽强磊洋艳"),
            r.choice([f"139{r.randrange(10 ** 8):08d}", f"021-{r.randrange(5 * 10 ** 7, 7 * 10 ** 7)}", ""]),
            f"31.{r.randrange(20000, 180000):06d}", f"121.{r.randrange(300000, 480000):06d}"]


def spoil(cells, way, earlier):
    if way == 0:
        cells[0] = "  "
    elif way == 1:
        cells[1] = cells[1][:-1] + ("1" if cells[1][-1] != "1" else "2")  # the check digit
    elif way == 2:
        cells[2] = ""
    elif way == 3:
        cells[3] = "2027-02-30"
    elif way == 4:
        cells[4] = "太空餐厅"
    elif way == 5:
        cells[6] = "黄浦区"
    elif way == 6:
        cells[8] = "12345"
    elif way == 7:
        cells[9] = "91.5"
    elif way == 8:
        del cells[5:]
    else:
        cells[2] = earlier  # the licence of a good row above
    return cells


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rows", type=int, default=30000)
    p.add_argument("--bad", type=int, default=0)
    p.add_argument("--encoding", default="utf-8")
    p.add_argument("--newlines", action="store_true")
    p.add_argument("--first", type=int, default=1)
    a = p.parse_args()
    r = random.Random(a.first)
    wrong = set()
    if a.bad:
        step = a.rows / a.bad
        wrong = {int(step * (i + 1)) - 1 for i in range(a.bad)}
    out = io.StringIO(newline="")
    w = csv.writer(out)
    w.writerow(["name", "uscc", "licence_no", "licence_valid_to", "kind", "address", "town", "legal_person", "phone", "lat", "lon"])
    way, good = 0, ""
    for i in range(a.rows):
        cells = row(a.first + i, r, a.newlines)
        if i in wrong:
            cells = spoil(cells, way % 10, good)
            way += 1
        else:
            good = cells[2]
        w.writerow(cells)
    sys.stdout.buffer.write(out.getvalue().encode(a.encoding))


main()
