package simulator_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// listen starts a simulator on a socket.
func listen(t *testing.T, cfg simulator.Config) (*simulator.Simulator, *url.URL) {
	t.Helper()
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	base, err := sim.Listen("", false)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil || u.Path != "/v0.5" || !strings.HasPrefix(u.Host, "127.0.0.1:") {
		t.Fatalf("the base URL is %q", base)
	}
	return sim, u
}

// request writes a request on a socket of its own and returns a reader of what comes back.
func request(t *testing.T, u *url.URL, text string) *bufio.Reader {
	t.Helper()
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(c)
}

func TestOnASocket(t *testing.T) {
	sim, u := listen(t, simulator.Config{Speed: 20})
	r := request(t, u, `POST /v0.5/lens/sessions/create HTTP/1.1
Host: my-host:99
Authorization: Bearer sim-key
Content-Length: 51
Connection: close

{"lens_id":"`+simulator.LensActivityMonitor+`"}`)
	b, err := io.ReadAll(r)
	if err != nil || !bytes.HasPrefix(b, []byte("HTTP/1.1 200 OK\r\n")) {
		t.Fatalf("create: %s, %v", b, err)
	}
	id := sim.Sessions()[0]
	if !bytes.Contains(b, []byte(`"ws://my-host:99/v0.5/lens/sessions/`+id+`"`)) {
		t.Errorf("the endpoint is not at the host that was asked: %s", b)
	}
	r = request(t, u, "GET /v0.5/lens/sessions/consumer/"+id+` HTTP/1.0
Authorization: Bearer sim-key

`)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if ct := resp.Header.Get("Content-Type"); !strings.HasPrefix(ct, "text/event-stream") {
		t.Errorf("content type %q", ct)
	}
	lines := bufio.NewScanner(resp.Body)
	for n := 0; n < 3 && lines.Scan(); {
		if strings.Contains(lines.Text(), `"inference.result"`) {
			n++
		}
	}
	if err := sim.Destroy(id); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(resp.Body)
	if err != nil || !strings.HasSuffix(string(rest), "event: message\ndata: {\"type\": \"sse.stream.end\"}\n\n") {
		t.Errorf("the stream ends with %q, %v", rest, err)
	}
}

func TestDropOnASocket(t *testing.T) {
	sim, u := listen(t, simulator.Config{Speed: 20, Faults: []simulator.Fault{{Name: "drop", Arg: "2"}}})
	id, err := sim.Create(simulator.LensMachineState)
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, u, "GET /v0.5/lens/sessions/consumer/"+id+` HTTP/1.1
Host: x
Authorization: Bearer sim-key

`)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the body ended with %v", err)
	}
	if n := bytes.Count(b, []byte("\nid: ")); n < 2 || n > 3 || bytes.HasSuffix(b, []byte("\n\n")) {
		t.Errorf("before the cut came %q", b)
	}
}

func TestListenRefuses(t *testing.T) {
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:80", "example.com:80"} {
		if base, err := sim.Listen(addr, false); err == nil || !strings.Contains(err.Error(), "--allow-remote") {
			t.Errorf("%s: %q, %v", addr, base, err)
		}
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:99999", "nonsense"} {
		if base, err := sim.Listen(addr, false); err == nil {
			t.Errorf("%s: %q", addr, base)
		}
	}
	base, err := sim.Listen("0.0.0.0:0", true)
	if err != nil || !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Errorf("where it is allowed: %q, %v", base, err)
	}
	if base, err := sim.Listen("localhost:0", false); err != nil {
		t.Errorf("localhost: %q, %v", base, err)
	}
	sim.Close()
	if _, err := sim.Listen("", false); !errors.Is(err, simulator.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, cfg := range map[string]simulator.Config{
		"speed":   {Speed: -1},
		"beat":    {Heartbeat: -1},
		"quota":   {Quota: -1},
		"ring":    {RingSize: -1},
		"rate":    {Rate: -1},
		"payload": {PayloadBytes: 10},
		"variant": {Variant: "v9"},
		"fault":   {Faults: []simulator.Fault{{Name: "flood"}}},
	} {
		if _, err := simulator.New(cfg); err == nil {
			t.Errorf("a wrong %s was taken", name)
		}
	}
}

func TestLogHasNoKey(t *testing.T) {
	const key = "a-key-that-must-not-be-logged"
	var buf bytes.Buffer
	sim, u := listen(t, simulator.Config{Key: key, Log: slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	id, err := sim.Create(simulator.LensNoop)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(request(t, u, "GET /v0.5/lens/metadata HTTP/1.0\nAuthorization: Bearer "+key+"\n\n")); err != nil {
		t.Fatal(err)
	}
	if err := sim.Destroy(id); err != nil {
		t.Fatal(err)
	}
	sim.Close()
	if s := buf.String(); strings.Contains(s, key) || !strings.Contains(s, id) {
		t.Errorf("the log is %s", s)
	}
}
