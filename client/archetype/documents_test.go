package archetype

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
	"lenswatch/client/sse"
)

// document reads one of the vendor's pages, as copied into testdata.
func document(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "seeds", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// objects are the JSON objects of a page that stand on lines of their own, in order.
func objects(t testing.TB, page string) []string {
	t.Helper()
	var found []string
	for rest := page; ; {
		i := strings.Index(rest, "\n{\n")
		if i < 0 {
			return found
		}
		var v json.RawMessage
		if err := json.NewDecoder(strings.NewReader(rest[i+1:])).Decode(&v); err != nil {
			t.Fatalf("%v in %.60s", err, rest[i:])
		}
		found = append(found, string(v))
		rest = rest[i+1+len(v):]
	}
}

// frames are the payloads of a page's sample stream, in order.
func frames(page string) []string {
	var found []string
	for line := range strings.Lines(page) {
		if payload, ok := strings.CutPrefix(strings.TrimSpace(line), "data: {"); ok && strings.HasSuffix(payload, `"}`) || ok && strings.HasSuffix(payload, "}}") {
			found = append(found, "{"+payload)
		}
	}
	return found
}

// pages answers each path with a text of the documents, verbatim.
type pages map[string]string

func (r pages) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, ok := r[req.Method+" "+req.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"detail":"Not Found"}`))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(body))
}

func TestDocumentCreateSession(t *testing.T) {
	s := serve(t, pages{"POST /v0.5/lens/sessions/create": objects(t, document(t, "create-session"))[0]})
	got, err := s.Create(t.Context(), client.CreateRequest{LensID: "lns-fd669361822b07e2-237ab3ffd79199b0"})
	if err != nil {
		t.Fatal(err)
	}
	registered := rest.UnixTime(1779428775.5983343)
	want := client.Session{
		Service: "archetype", ID: "lsn-251207a89f948ed4e30d8f80aaba77", LensID: "lns-test-lens-b2ba0058", LensName: "Test Lens",
		Status: client.StatusRegistered, StatusText: "LensSessionStatus.SESSION_STATUS_REGISTERED", Channel: client.ChannelNone,
		Registered: registered, LastEvent: registered, LastUpdate: registered, TTL: 24 * time.Hour, NoInputStream: true,
		Endpoint: "wss://api.u1.archetypeai.app/v0.5/lens/sessions/lsn-251207a89f948ed4e30d8f80aaba77",
		Runner:   "lens_service:runner:lens-node-worker-node-abc123", Node: "default", HasCounters: true, Fetched: got.Fetched,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDocumentDestroySession(t *testing.T) {
	s := serve(t, pages{"POST /v0.5/lens/sessions/destroy": objects(t, document(t, "destroy-session"))[0]})
	got, err := s.Destroy(t.Context(), "lsn-2512078e5c9ce4d312a6681e771542")
	if err != nil {
		t.Fatal(err)
	}
	want := client.Session{
		Service: "archetype", ID: "lsn-2512078e5c9ce4d312a6681e771542", LensID: "lns-test-lens-3de60a5c",
		Status: client.StatusDestroyed, StatusText: "SESSION_STATUS_DESTROYED", LastUpdate: rest.UnixTime(1765095462.576972),
		Endpoint: "wss://api.u1.archetypeai.app/v0.5/lens/sessions/lsn-2512078e5c9ce4d312a6681e771542",
		Runner:   "lens_service:runner:lens-node-worker-node-abc123", Duration: sse.Seconds(53.79125928878784), Fetched: got.Fetched,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDocumentConsumer(t *testing.T) {
	page := document(t, "consumer")
	stream := frames(page)
	if len(stream) != 8 { // the page shows its sample twice
		t.Fatalf("%d frames in the page: %q", len(stream), stream)
	}
	payloads := append(stream, objects(t, page)...)
	kinds := []client.Kind{client.KindStart, client.KindHeartbeat, client.KindResult, client.KindEnd}
	kinds = append(append(kinds, kinds...), client.KindStart, client.KindHeartbeat)
	if len(payloads) != len(kinds) {
		t.Fatalf("%d payloads in the page, want %d", len(payloads), len(kinds))
	}
	for i, p := range payloads {
		ev := decoded(p)
		if ev.Kind != kinds[i] {
			t.Errorf("%s\nis %v, want %v", p, ev.Kind, kinds[i])
		}
	}
	if ev := decoded(stream[0]); ev.Notice == nil || ev.Notice.ReaderID != "87e6d51c992557bc" {
		t.Errorf("no reader id: %+v", ev)
	}
	if ev := decoded(stream[1]); !reflect.DeepEqual(ev.Heartbeat, &client.Heartbeat{
		Status: client.StatusRunning, StatusText: "SESSION_STATUS_RUNNING", MessageTimeout: 5 * time.Second, HasMessages: true, HasBytes: true, HasTimeout: true,
	}) {
		t.Errorf("heartbeat: %+v", ev.Heartbeat)
	}
	ev := decoded(stream[2])
	if ev.Text != "A construction worker wearing a hard hat and safety vest" || !ev.Time.Equal(time.Unix(1741843200, 123e6)) {
		t.Errorf("result: %q at %v", ev.Text, ev.Time)
	}
}

// The fourth document is of another service. What it says is no event of this one, and is shown
// whole.
func TestDocumentOfAnotherService(t *testing.T) {
	sample := objects(t, document(t, "agenthuman-end-session"))[0]
	ev := decoded(sample)
	if ev.Kind != client.KindOther || ev.Text != sample {
		t.Errorf("%v %q", ev.Kind, ev.Text)
	}
}
