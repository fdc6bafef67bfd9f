package simulator_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// form is one field "file" as the vendor's client sends it (requests-toolbelt's MultipartEncoder).
func form(name, kind, content string) (http.Header, string) {
	const boundary = "2ba956fe51bd49f2a4c0a9ef1d4f6ea1"
	body := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: " + kind +
		"\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n"
	return http.Header{"Authorization": {"Bearer " + simulator.DefaultKey}, "Content-Type": {"multipart/form-data; boundary=" + boundary}}, body
}

// What examples/files_api.py and the tests of the vendor's client do with files.
func TestFilesAsTheVendorsClientUsesThem(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		header, body := form("example.txt", "text/plain", "Example content")
		if code, _, answer := w.doWith("POST", "/v0.5/files", body, header); code != 200 || object(t, answer)["is_valid"] != true || object(t, answer)["file_id"] != "example.txt" {
			t.Fatalf("upload: %d %s", code, answer)
		}
		header, body = form("image.png", "image/png", base64.StdEncoding.EncodeToString([]byte("PNG and more")))
		if code, _, answer := w.doWith("POST", "/v0.5/files/base64", body, header); code != 200 || object(t, answer)["file_id"] != "image.png" {
			t.Fatalf("upload as text: %d %s", code, answer)
		}
		for path, want := range map[string]string{
			"/v0.5/files/info": `"num_files":2`, "/v0.5/files/metadata?shard_index=-1&max_items_per_shard=-1": `"image.png"`,
			"/v0.5/files/metadata?shard_index=0&max_items_per_shard=10": `"example.txt"`, "/v0.5/files/metadata/example.txt": `"file_type":"text/plain"`,
			"/v0.5/files/download/image.png": "PNG and more", "/v0.5/files/download/example.txt": "Example content",
		} {
			if code, _, answer := w.do("GET", path, ""); code != 200 || !strings.Contains(strings.ReplaceAll(answer, `": `, `":`), want) {
				t.Errorf("%s: %d %s, want %s", path, code, answer, want)
			}
		}
		if code, _, answer := w.do("DELETE", "/v0.5/files/delete/example.txt", ""); code != 200 || object(t, answer)["is_valid"] != true {
			t.Errorf("delete: %d %s", code, answer)
		}
		code, _, answer := w.do("GET", "/v0.5/files/download/example.txt", "")
		wantErrors(t, "download of what was deleted", code, answer, 404, "file_not_found", "")
		header, body = form("xl_file.txt", "text/plain", strings.Repeat("x", 65<<20))
		code, _, answer = w.doWith("POST", "/v0.5/files", body, header)
		wantErrors(t, "a file that is too large", code, answer, 413, "invalid_file_size", "")
	})
}

// A lens that names an uploaded file, as examples/lens_sensor_logs.py and quickstart.py register it, comes to its end: the
// examples read until then.
func TestALensThatNamesAFileEndsWithIt(t *testing.T) {
	for _, c := range []struct{ name, kind, content, pipeline, reader string }{
		{"home.jsonl", "text/plain", strings.Repeat("{\"value\": 1}\n", 30), `"model_pipeline": [{"processor_name": "lens_sensor_logs_processor"}],`, "jsonl_file_reader"},
		{"site.mp4", "video/mp4", strings.Repeat("x", 1<<20), "", "video_file_reader"},
	} {
		inBubble(t, simulator.Config{}, func(w *world) {
			header, body := form(c.name, c.kind, c.content)
			if code, _, answer := w.doWith("POST", "/v0.5/files", body, header); code != 200 {
				t.Fatalf("upload: %d %s", code, answer)
			}
			code, _, answer := w.do("POST", "/v0.5/lens/register", `{"lens_config": {"lens_name": "`+c.name+`", "lens_config": {`+c.pipeline+`
				"input_streams": [{"stream_type": "`+c.reader+`", "stream_config": {"file_id": "`+c.name+`"}}],
				"output_streams": [{"stream_type": "server_sent_events_writer"}]}}}`)
			if code != 200 {
				t.Fatalf("register: %d %s", code, answer)
			}
			id := w.create(object(t, answer)["lens_id"].(string))
			s := w.open(id, "")
			defer s.close()
			began := time.Now()
			before, _ := s.until("sse.stream.end")
			if n := count(before, "inference.result"); n == 0 || time.Since(began) > 5*time.Minute {
				t.Errorf("%s: %d results, and the end after %s", c.name, n, time.Since(began))
			}
		})
	}
}
