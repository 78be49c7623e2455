-- wrk: one small durable write a request, as the media worker reports a camera
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
local n = 0
function request()
	n = n + 1
	return wrk.format(nil, nil, nil, '{"cameras":[{"id":"' .. os.getenv("BENCH_CAMERA") ..
		'","state":"live","since":1,"reason":"","width":768,"height":432,"codec":"h264","last_frame":' .. n .. '}]}')
end
