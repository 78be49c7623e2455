// A camera that speaks ONVIF, as far as Shian asks: discovery over UDP, the device and both media services over HTTP.
//
//     node tests/onvif-device.mjs [USER PASSWORD [UDP_PORT]]
//
// Prints one line, "udp PORT flood PORT http PORT", and lives until its standard input ends. Its clock is 2500 days behind. What is
// not as it should be stands under other paths than /onvif/device_service: see faults below.
// Source: ONVIF Core, Media and Media 2 specifications; WS-Discovery 2005/04; OASIS UsernameToken Profile 1.0; RFC 7616.
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import http from 'node:http';

const [user = 'admin', password = 'Kitchen&1', udpPort = '0'] = process.argv.slice(2);
const behind = 2500 * 86400 * 1000;
const clock = () => new Date(Date.now() - behind);
const hash = (name, ...parts) => parts.reduce((h, p) => h.update(p), createHash(name)).digest();
const seen = new Set(); // nonces: none is taken twice
const unescape = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
const inside = (xml, name) => unescape(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)</`).exec(xml)?.[1] ?? '');

const envelope = (body, header = '') => `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"
 xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:ter="http://www.onvif.org/ver10/error"><SOAP-ENV:Header>${header}</SOAP-ENV:Header><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;
const fault = (subcode, words) => envelope(`<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>
<SOAP-ENV:Subcode><SOAP-ENV:Value>ter:${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code>
<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${words}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`);

// ---- what it is asked
const profiles = [
	{ token: 'main&1', name: '主码流', codec: 'H265', width: 2560, height: 1440, fps: '25.0', path: '/Streaming/Channels/101?transportmode=unicast' },
	{ token: 'sub', name: 'SubStream', codec: 'H264', width: 640, height: 360, fps: '12.5', path: '/Streaming/Channels/102' },
	{ token: 'third', name: 'Pictures', codec: 'JPEG', width: 3840, height: 2160, fps: '1', path: '/jpeg' },
];
const xml = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');
// The first media service knows no H.265 and calls it H264; devices do.
const encoder = (p, old) => `<tt:Name>v</tt:Name><tt:Encoding>${old && p.codec === 'H265' ? 'H264' : p.codec}</tt:Encoding>
<tt:Resolution><tt:Width>${p.width}</tt:Width><tt:Height>${p.height}</tt:Height></tt:Resolution>
<tt:RateControl><tt:FrameRateLimit>${old ? parseInt(p.fps) : p.fps}</tt:FrameRateLimit></tt:RateControl>`;
const listed = (p, old) => old
	? `<trt:Profiles fixed="true" token="${xml(p.token)}"><tt:Name>${p.name}</tt:Name><tt:VideoSourceConfiguration token="s"><tt:Name>x</tt:Name>
</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e">${encoder(p, old)}</tt:VideoEncoderConfiguration></trt:Profiles>`
	: `<tr2:Profiles token="${xml(p.token)}" fixed="true"><tr2:Name>${p.name}</tr2:Name><tr2:Configurations><tr2:VideoEncoder token="e">
${encoder(p, old)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`;

const answers = {
	GetSystemDateAndTime() {
		const t = clock();
		return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:UTCDateTime>
<tt:Time><tt:Hour>${t.getUTCHours()}</tt:Hour><tt:Minute>${t.getUTCMinutes()}</tt:Minute><tt:Second>${t.getUTCSeconds()}</tt:Second></tt:Time>
<tt:Date><tt:Year>${t.getUTCFullYear()}</tt:Year><tt:Month>${t.getUTCMonth() + 1}</tt:Month><tt:Day>${t.getUTCDate()}</tt:Day></tt:Date>
</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
	},
	GetCapabilities(q) {
		return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${q.at}/onvif/device_service</tt:XAddr></tt:Device>
<tt:Media><tt:XAddr>${q.at}/onvif/media_service</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`;
	},
	GetServices(q) {
		const one = (space, path) => `<tds:Service><tds:Namespace>${space}</tds:Namespace><tds:XAddr>${q.at}${path}</tds:XAddr></tds:Service>`;
		return `<tds:GetServicesResponse>${one('http://www.onvif.org/ver10/media/wsdl', '/onvif/media_service')}
${q.old ? '' : one('http://www.onvif.org/ver20/media/wsdl', '/onvif/media2_service')}</tds:GetServicesResponse>`;
	},
	GetProfiles: (q) => `<trt:GetProfilesResponse>${profiles.map((p) => listed(p, q.first)).join('')}</trt:GetProfilesResponse>`,
	GetStreamUri(q) {
		const p = profiles.find((x) => x.token === q.token);
		if (!p)
			return null;
		const uri = xml(`rtsp://${q.host}:554${p.path}`);
		return q.first ? `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`
			: `<tr2:GetStreamUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetStreamUriResponse>`;
	},
	GetSnapshotUri(q) {
		const uri = `http://${q.host}/picture/${encodeURIComponent(q.token)}`;
		return q.first ? `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`
			: `<tr2:GetSnapshotUriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:GetSnapshotUriResponse>`;
	},
};

// ---- who asks
function allowed(body) {
	const nonce = inside(body, 'Nonce'), created = inside(body, 'Created');
	const right = hash('sha1', Buffer.from(nonce, 'base64'), created, password).toString('base64');
	const fresh = nonce && !seen.has(nonce) && Math.abs(Date.parse(created) - clock()) < 30000;
	seen.add(nonce);
	return fresh && inside(body, 'Username') === user && inside(body, 'Password') === right;
}

function allowedByHttp(req) {
	const header = req.headers.authorization ?? '';
	const get = (name) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(header)?.[1] ?? '';
	const md5 = (...parts) => hash('md5', parts.join(':')).toString('hex');
	return header.startsWith('Digest ') && get('username') === user && get('response') ===
		md5(md5(user, 'camera', password), 'n0nce', get('nc'), get('cnonce'), 'auth', md5('POST', req.url));
}

// ---- over HTTP
const say = (res, code, text) => res.writeHead(code, { 'Content-Type': 'application/soap+xml; charset=utf-8' }).end(text);
const faults = {
	'/garbage': (res) => say(res, 200, '\x00\xff<Envelope><<<'),
	'/html': (res) => say(res, 200, '<html><body>Sign in</body></html>'),
	'/bomb': (res) => say(res, 200, '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' +
		'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>' + envelope('<x>&d;</x>').slice(39)),
	'/endless': (res) => {
		res.writeHead(200);
		const more = () => { while (!res.destroyed && res.write(Buffer.alloc(65536, 0x20))); };
		res.on('drain', more);
		more();
	},
	'/deep': (res) => say(res, 200, '<a>'.repeat(5000) + '</a>'.repeat(5000)),
	'/redirect': (res) => res.writeHead(302, { Location: '/onvif/device_service' }).end(),
	'/broken': (res) => say(res, 500, fault('Action', 'Out of \x1b memory'.replace('\x1b', '&#x9b;'))),
	'/nothing': (res) => say(res, 200, envelope('')),
};

function answer(req, res, body) {
	const [, kind, path] = /^\/(onvif|old|far|http|timeless)(\/.*)$/.exec(req.url) ?? [];
	const op = /<(?:\w+:)?Body>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1];
	if (faults[req.url])
		return faults[req.url](res);
	if (!kind)
		return res.writeHead(404).end('no such page');
	const unsigned = op === 'GetSystemDateAndTime';
	if (kind === 'http' && !allowedByHttp(req))
		return res.writeHead(401, { 'WWW-Authenticate': 'Digest realm="camera", nonce="n0nce", qop="auth"' }).end();
	if (kind === 'timeless' && unsigned)
		return say(res, 400, fault('NotAuthorized', 'Sender not authorized'));
	if (!unsigned && kind !== 'http' && !allowed(body))
		return say(res, 400, fault('NotAuthorized', 'Sender not Authorized'));
	const own = `127.0.0.1:${req.socket.localPort}`;
	const q = { first: path !== '/media2_service', old: kind === 'old', token: inside(body, 'ProfileToken'),
		host: kind === 'far' ? '10.9.8.7' : '127.0.0.1', at: `http://${kind === 'far' ? '10.9.8.7:8899' : own}` };
	if (kind === 'old' && op === 'GetCapabilities' || !answers[op])
		return say(res, 400, fault('ActionNotSupported', 'Optional Action Not Implemented'));
	const text = answers[op](q)?.replaceAll(`${q.at}/onvif/`, `${q.at}/${kind}/`);
	return text ? say(res, 200, envelope(text)) : say(res, 400, fault('NoProfile', 'Profile token does not exist'));
}

const web = http.createServer((req, res) => {
	let body = '';
	req.on('data', (d) => { body += d; });
	req.on('end', () => answer(req, res, body));
});

// ---- over UDP
const match = (id, port, name) => `<d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:${id}</wsa:Address></wsa:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming
 onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/DS-2CD3&amp;T46 onvif://www.onvif.org/location/country/china</d:Scopes>
<d:XAddrs>http://127.0.0.1:${port}/onvif/device_service ftp://127.0.0.1/x http://[fe80::1]/onvif/device_service</d:XAddrs></d:ProbeMatch>`;
const matches = (relates, all) => envelope(`<d:ProbeMatches>${all}</d:ProbeMatches>`, `<wsa:RelatesTo>${relates}</wsa:RelatesTo>`);
const probed = (data) => /<(?:\w+:)?Probe>/.test(data) && inside(data, 'Types').endsWith(':NetworkVideoTransmitter') && inside(data, 'MessageID');

const one = dgram.createSocket({ type: 'udp4', reuseAddr: true }), flood = dgram.createSocket('udp4');
one.on('message', (data, from) => {
	const id = probed(data.toString()), port = web.address().port;
	const send = (text) => one.send(text, from.port, from.address);
	if (!id)
		return;
	send('\x00\xffnot xml at all');
	send('<!DOCTYPE x [<!ENTITY a "b">]>' + matches(id, match('bomb', port, 'bomb')).slice(39));
	send(matches('urn:uuid:00000000-0000-4000-8000-000000000000', match('late', port, 'late')));
	send(matches(id, match('4d454930-0000-1000-8000-000000000001', port, '%E5%90%8E%E5%8E%A8%201')));
	send(matches(id, match('4d454930-0000-1000-8000-000000000001', port, 'again')));
	send(matches(id.toUpperCase(), match('4d454930-0000-1000-8000-000000000002', port, '%1b[31m%ff')));
});
flood.on('message', (data, from) => {
	const id = probed(data.toString());
	for (let i = 0; id && i < 40; i++)
		flood.send(matches(id, Array.from({ length: 10 }, (_, k) => match(`${i}-${k}`, 1, 'x')).join('')), from.port, from.address);
});

await new Promise((done) => web.listen(0, '127.0.0.1', done));
// A given port is for trying the multicast by hand, in a network namespace.
await new Promise((done) => one.bind(Number(udpPort), udpPort === '0' ? '127.0.0.1' : '0.0.0.0', done));
if (udpPort !== '0')
	one.addMembership('239.255.255.250', '127.0.0.1');
await new Promise((done) => flood.bind(0, '127.0.0.1', done));
console.log(`udp ${one.address().port} flood ${flood.address().port} http ${web.address().port}`);
process.stdin.on('end', () => process.exit(0)).resume();
