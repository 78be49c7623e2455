/* What the device knows of itself, in the character set that devices use. */
#include <stdio.h>

#include "device.h"

static const char *declared(const struct device *d)
{
	return d->options->edition_2022 ? "GB18030" : "GB2312";
}

static char *begin(struct device *d, const char *kind, const char *cmd, int64_t sn)
{
	return arena_printf(d->arena,
		"<?xml version=\"1.0\" "
		"encoding=\"%s\"?>\r\n<%s>\r\n<CmdType>%s</CmdType>\r\n<SN>%" PRId64 "</SN>\r\n",
		declared(d), kind, cmd, sn);
}

/* One message for each channel, as devices with little memory do. 㐁 is in GB18030 only. */
static void send_catalogue(struct device *d, const struct gb_xml *x)
{
	static const char *const ROOMS[] = { "后厨切配间", "备餐间㐁", "洗消间", "仓库" };
	for (int i = 0; i < d->options->channels; i++)
		device_message(d,
			arena_printf(d->arena,
				"%s<DeviceID>%s</DeviceID>\r\n<SumNum>%d</SumNum>\r\n"
				"<DeviceList Num=\"1\">\r\n<Item>\r\n<DeviceID>%s</DeviceID>\r\n"
				"<Name>莘庄%s</Name>\r\n<Manufacturer>Shian</Manufacturer>\r\n"
				"<Model>gb-device</Model>\r\n<ParentID>%s</ParentID>\r\n"
				"<Status>ON</Status>\r\n<Longitude>121.4737</Longitude>\r\n"
				"<Latitude>31.1123</Latitude>\r\n<Info>\r\n<PTZType>3</PTZType>\r\n"
				"</Info>\r\n</Item>\r\n</DeviceList>\r\n</Response>\r\n",
				begin(d, "Response", "Catalog", x->sn), d->id, d->options->channels,
				channel_id(d, i), ROOMS[i % 4], d->id));
}

static void send_information(struct device *d, const struct gb_xml *x)
{
	device_message(
		d, arena_printf(d->arena,
			   "%s<DeviceID>%s</DeviceID>\r\n<DeviceName>食安模拟设备</DeviceName>\r\n"
			   "<Manufacturer>Shian</Manufacturer>\r\n<Model>gb-device</Model>\r\n"
			   "<Firmware>1.0</Firmware>\r\n<Channel>%d</Channel>\r\n<Result>OK</"
			   "Result>\r\n"
			   "</Response>\r\n",
			   begin(d, "Response", "DeviceInfo", x->sn), d->id, d->options->channels));
}

/* Two recordings of the time asked for, a half each. */
static void send_records(struct device *d, const struct gb_xml *x)
{
	int64_t from = gb_time_read(x->start), to = gb_time_read(x->end);
	for (int i = 0; i < 2; i++) {
		int64_t half = (to - from) / 2;
		char *start = gb_time_text(d->arena, from + i * half);
		char *end = gb_time_text(d->arena, from + (i + 1) * half);
		start[19] = end[19] = '\0';
		device_message(
			d, arena_printf(d->arena,
				   "%s<DeviceID>%s</DeviceID>\r\n<Name>录像</Name>\r\n"
				   "<SumNum>2</SumNum>\r\n<RecordList Num=\"1\">\r\n<Item>\r\n"
				   "<DeviceID>%s</DeviceID>\r\n<Name>录像%d</Name>\r\n"
				   "<StartTime>%s</StartTime>\r\n<EndTime>%s</EndTime>\r\n"
				   "<Secrecy>0</Secrecy>\r\n<Type>time</Type>\r\n</Item>\r\n"
				   "</RecordList>\r\n</Response>\r\n",
				   begin(d, "Response", "RecordInfo", x->sn), x->device, x->device,
				   i + 1, start, end));
	}
}

void answer_query(struct device *d, const struct gb_xml *x)
{
	if (text_is(x->cmd, "Catalog"))
		send_catalogue(d, x);
	else if (text_is(x->cmd, "DeviceInfo"))
		send_information(d, x);
	else if (text_is(x->cmd, "RecordInfo"))
		send_records(d, x);
}

void send_keepalive(struct device *d)
{
	device_message(
		d, arena_printf(d->arena,
			   "%s<DeviceID>%s</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>\r\n",
			   begin(d, "Notify", "Keepalive", ++d->sn), d->id));
}

void send_alarm(struct device *d)
{
	device_message(
		d, arena_printf(d->arena,
			   "%s<DeviceID>%s</DeviceID>\r\n<AlarmPriority>2</AlarmPriority>\r\n"
			   "<AlarmMethod>5</AlarmMethod>\r\n<AlarmTime>%s</AlarmTime>\r\n"
			   "<AlarmDescription>遮挡报警</AlarmDescription>\r\n</Notify>\r\n",
			   begin(d, "Notify", "Alarm", ++d->sn), channel_id(d, 0),
			   gb_time_text(d->arena, clock_now())));
}

char *position_xml(struct device *d)
{
	const char *head = begin(d, "Notify", "MobilePosition", ++d->sn);
	return arena_printf(d->arena,
		"%s<DeviceID>%s</DeviceID>\r\n<Time>%s</Time>\r\n<Longitude>121.47%02u</"
		"Longitude>\r\n"
		"<Latitude>31.112345</Latitude>\r\n<Speed>4.5</Speed>\r\n<Direction>90.0</"
		"Direction>\r\n"
		"<Altitude>4</Altitude>\r\n</Notify>\r\n",
		head, channel_id(d, 0), gb_time_text(d->arena, clock_now()), d->sn % 100);
}
