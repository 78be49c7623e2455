/* What the broker has to know of the devices. */
#include "domains/sensors/sensors.h"

enum err broker_passwords(struct req *rq, struct buf *out)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT device, credential FROM sensors WHERE state = 'open' AND credential <> '' "
		"ORDER BY device"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		buf_printf(out, "%s:", rows_text(r, 0));
		buf_printf(out, "%s\n", rows_text(r, 1));
	}
	rows_close(r);
	return OK;
}
