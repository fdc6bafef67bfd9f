package archetype

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// answers serves its functions in order, one a request, and the last one from then on.
type answers struct {
	listed atomic.Int64
	list   []http.HandlerFunc
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(a.listed.Add(1)) - 1
	a.list[min(n, len(a.list)-1)](w, r)
}

func say(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func cut(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	panic(http.ErrAbortHandler)
}

// hang never answers. The server only sees that the client has gone once the body is read.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func TestRequestsCarryKeyAndAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got http.Request
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = *r
			_, _ = io.WriteString(w, "[]")
		}), func(o *Options) { o.UserAgent = "lenswatch/1.2.3" })
		if _, err := s.Lenses(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got.URL.String() != "/v0.5/lens/metadata?lens_id=&max_items_per_shard=-1&shard_index=-1" {
			t.Errorf("asked %s", got.URL)
		}
		if got.Header.Get("Authorization") != "Bearer "+testKey || got.UserAgent() != "lenswatch/1.2.3" {
			t.Errorf("header %v", got.Header)
		}
	})
}

func TestLensesOfEveryForm(t *testing.T) {
	const record = `{"lens_id":"lns-1","lens_name":"Activity\u001b","lens_status":"LENS_STATUS_MOUNTED","lens_config":{
		"model_pipeline":[{"processor_name":"lens_camera_processor","processor_config":{}}],
		"model_parameters":{"model_name":"Newton","model_version":"c2.4"},
		"input_streams":[{"stream_type":"rtsp_video_reader"}],"output_streams":[{"stream_type":"server_sent_events_writer"}]}}`
	want := []client.Lens{{
		Service: "archetype", ID: "lns-1", Name: "Activity\uFFFD", Status: "LENS_STATUS_MOUNTED", Model: "Newton c2.4",
		Processors: []string{"lens_camera_processor"}, Inputs: []string{"rtsp_video_reader"},
		Outputs: []string{"server_sent_events_writer"}, Channel: client.ChannelSSE,
	}}
	for _, body := range []string{
		"[" + record + "]", `{"lenses":[` + record + `]}`, `{"entries":[` + record + `]}`, record,
		`[null, 3, {"lens_name":"without an id"}, ` + record + "]",
	} {
		synctest.Test(t, func(t *testing.T) {
			got, err := serve(t, say(200, body)).Lenses(t.Context())
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s\ngot %+v, %v", body, got, err)
			}
		})
	}
}

func TestListsThatAreNone(t *testing.T) {
	for body, kind := range map[string]error{
		"": client.ErrProtocol, "<html>": client.ErrIntermediary, `{"hello":"world"}`: client.ErrProtocol, `"x"`: client.ErrEndpoint,
		"[1": client.ErrProtocol, `{"lenses":{}}`: client.ErrProtocol, "It works!": client.ErrEndpoint,
	} {
		synctest.Test(t, func(t *testing.T) {
			if got, err := serve(t, say(200, body)).Sessions(t.Context()); !errors.Is(err, kind) {
				t.Errorf("%q gave %v, %v", body, got, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		if got, err := serve(t, say(200, `{"sessions":[]}`)).Sessions(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("no sessions: %v, %v", got, err)
		}
	})
}

// A list of which nothing could be read does not look like one of nothing; what can be read is shown.
func TestListsWithoutAReadableRecordAreErrors(t *testing.T) {
	long := `{"session_id":"lsn-1","lens_name":"` + strings.Repeat("x", maxRecord) + `"}`
	deep := `{"session_id":"lsn-1","x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`
	for body, want := range map[string]string{"[" + long + "]": "1 record", "[" + deep + "," + long + "]": "2 records", `{"sessions":[{"name":"x"}]}`: "1 record", "[1,2,3]": "3 records"} {
		synctest.Test(t, func(t *testing.T) {
			if got, err := serve(t, say(200, body)).Sessions(t.Context()); !errors.Is(err, client.ErrProtocol) || !strings.Contains(err.Error(), "the list has "+want+", and none") {
				t.Errorf("%.60q gave %v, %v", body, got, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		if got, err := serve(t, say(200, `[`+long+`,{"session_id":"lsn-2"}]`)).Sessions(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("%d sessions, %v", len(got), err)
		}
	})
}

func TestChannels(t *testing.T) {
	for config, want := range map[string]client.Channel{
		`{"model_pipeline":[{"processor_name":"lens_noop_processor"}]}`:                                                             client.ChannelNone,
		`{"model_pipeline":[{"processor_name":"lens_camera_processor"},{"processor_name":"server_sent_events_writer"}]}`:            client.ChannelSSE,
		`{"model_pipeline":[{"processor_name":"p"}],"output_streams":[{"stream_type":"server_side_events_writer"}]}`:                client.ChannelSSE,
		`{"model_pipeline":[{"processor_name":"p"}],"output_streams":[{"stream_type":"mailbox_writer"}]}`:                           client.ChannelMailbox,
		`{"model_pipeline":[{"processor_name":"p"}],"output_streams":[{"stream_type":"kafka_writer"}]}`:                             client.ChannelNone,
		`{"output_streams":[{"stream_type":"kafka_writer"},{"stream_type":"server_sent_events_writer","stream_config":{"a":"b"}}]}`: client.ChannelSSE,
		`{"lens_name":"only a name"}`: client.ChannelUnknown,
		`null`:                        client.ChannelUnknown,
		`"text"`:                      client.ChannelUnknown,
		`{"model_pipeline":"text"}`:   client.ChannelUnknown,
	} {
		lens, ok := decodeLens([]byte(`{"lens_id":"l","lens_config":` + config + `}`))
		if !ok || lens.Channel != want {
			t.Errorf("%s is %v, want %v", config, lens.Channel, want)
		}
	}
}

// sessionServer answers the metadata and session.status.
func sessionServer(metadata, status http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v0.5/lens/sessions/metadata", metadata)
	mux.HandleFunc("POST /v0.5/lens/sessions/events/process", status)
	return mux
}

func TestSessionPutsBothTogether(t *testing.T) {
	const listed = `[{"session_id":"lsn-1","lens_id":"lns-1","session_status":"SESSION_STATUS_RUNNING","session_duration_sec":12.5,"last_update_timestamp":1779428700}]`
	synctest.Test(t, func(t *testing.T) {
		var asked string
		s := serve(t, sessionServer(say(200, listed), func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			asked = string(b)
			_, _ = io.WriteString(w, `{"session_id":"lsn-1","lens_name":"Yard","session_status":"3","num_outputs":7,"api_key":"`+testKey+`"}`)
		}))
		got, err := s.Session(t.Context(), "lsn-1")
		if err != nil {
			t.Fatal(err)
		}
		if asked != `{"session_id":"lsn-1","event":{"type":"session.status"}}` {
			t.Errorf("sent %s", asked)
		}
		if got.LensID != "lns-1" || got.LensName != "Yard" || got.Status != client.StatusRunning || got.StatusText != "3" ||
			got.Duration != 12500*time.Millisecond || got.Counters.Outputs != 7 || !got.HasCounters {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSessionWhenOneSideFails(t *testing.T) {
	listed := say(200, `[{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING"}]`)
	none := say(200, `[]`)
	reported := say(200, `{"type":"session.status.response","event_data":{"session_id":"lsn-1","session_status":"SESSION_STATUS_STALE"}}`)
	old := say(200, `{"status":"RUNNING","session_id":"lsn-1","uptime_seconds":60}`)
	unknown := say(200, `{"type":"error","message":"Unknown session id: lsn-1"}`)
	broken := say(500, `oops`)
	for _, c := range []struct {
		name             string
		metadata, status http.HandlerFunc
		want             client.Status
		err              error
	}{
		{"reported in event_data", none, reported, client.StatusStale, nil},
		{"older form", none, old, client.StatusRunning, nil},
		{"only listed", listed, unknown, client.StatusRunning, nil},
		{"neither knows", none, unknown, 0, client.ErrNotFound},
		{"metadata broken, session unknown", broken, unknown, 0, client.ErrServer},
		{"both broken", broken, broken, 0, client.ErrServer},
		{"the list alone refused", say(403, `{"detail":"no"}`), reported, client.StatusStale, nil},
		{"refused", say(401, `{"detail":"no"}`), say(401, `{"detail":"no"}`), 0, client.ErrRefused},
	} {
		synctest.Test(t, func(t *testing.T) {
			got, err := serve(t, sessionServer(c.metadata, c.status)).Session(t.Context(), "lsn-1")
			if !errors.Is(err, c.err) || got.Status != c.want {
				t.Errorf("%s: %v, %v", c.name, got.Status, err)
			}
		})
	}
}

func TestReadsAreRepeated(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"cut": cut, "500": say(500, ""), "429": say(429, `{"errors":["slow down"]}`), "502 page": say(502, "<html>", "Content-Type", "text/html"),
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &answers{list: []http.HandlerFunc{first, first, say(200, "[]")}}
			if _, err := serve(t, a).Sessions(t.Context()); err != nil || a.listed.Load() != 3 {
				t.Errorf("%s: %d requests, %v", name, a.listed.Load(), err)
			}
		})
	}
	for name, status := range map[string]int{"400": 400, "401": 401, "404": 404} {
		synctest.Test(t, func(t *testing.T) {
			a := &answers{list: []http.HandlerFunc{say(status, ""), say(200, "[]")}}
			if _, err := serve(t, a).Sessions(t.Context()); err == nil || a.listed.Load() != 1 {
				t.Errorf("%s was repeated: %d requests, %v", name, a.listed.Load(), err)
			}
		})
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &answers{list: []http.HandlerFunc{say(429, "", "Retry-After", "7"), say(503, `{"error":{"code":"busy","message":"later","details":{"retry_after":11}}}`), say(200, "[]")}}
		began := time.Now()
		if _, err := serve(t, a).Sessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 18*time.Second || took > 19*time.Second {
			t.Errorf("took %v, want 7 s and 11 s", took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		a := &answers{list: []http.HandlerFunc{say(429, "", "Retry-After", "3600")}}
		_, err := serve(t, a).Sessions(t.Context())
		var e *client.Error
		if !errors.As(err, &e) || e.Kind != client.ErrRateLimited || e.RetryAfter != 5*time.Minute || e.AskedRetryAfter != time.Hour || !strings.Contains(err.Error(), "retry after 1 h (lenswatch retries after 5 min)") || a.listed.Load() != 1 {
			t.Errorf("%d requests, %v", a.listed.Load(), err)
		}
	})
}

func TestCreateIsSentOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   error
		exists bool // the error says that there may be a session
	}{
		"cut":         {cut, client.ErrNetwork, true},
		"silent":      {hang, client.ErrNetwork, true},
		"gateway":     {say(504, "<html>"), client.ErrServer, true},
		"no JSON":     {say(200, "created"), client.ErrEndpoint, true},
		"no id":       {say(200, `{"session_status":"SESSION_STATUS_REGISTERED"}`), client.ErrProtocol, true},
		"quota":       {say(500, `{"errors":["Failed to allocate lens runner - try stopping an older session!"]}`), client.ErrQuota, false},
		"quota in ok": {say(200, `{"session_id":"","errors":["Failed to allocate lens runner - try stopping an older session!"]}`), client.ErrQuota, false},
		"refused":     {say(403, ""), client.ErrRefused, false},
		"limited":     {say(429, ""), client.ErrRateLimited, false},
		"wrong":       {say(422, `{"detail":[{"loc":["body","lens_id"],"msg":"field required"}]}`), client.ErrRequest, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &answers{list: []http.HandlerFunc{c.answer}}
			got, err := serve(t, a).Create(t.Context(), client.CreateRequest{LensID: "lns-1"})
			if !errors.Is(err, c.kind) || a.listed.Load() != 1 {
				t.Errorf("%s: %d requests, %+v, %v", name, a.listed.Load(), got, err)
			}
			if strings.Contains(fmt.Sprint(err), "may have been created") != c.exists {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestCreateGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, http.HandlerFunc(hang))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Create(ctx, client.CreateRequest{LensID: "l"}); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "may have been created") {
			t.Error(err)
		}
		stopped, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		if _, err := s.Create(stopped, client.CreateRequest{LensID: "l"}); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "may have been created") {
			t.Error(err)
		}
	})
}

func TestDestroyIsIdempotent(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"unknown":     say(200, `{"type":"error","message":"Unknown session id: lsn-1"}`),
		"unknown 400": say(400, `{"errors":["Unknown session id: lsn-1"]}`),
		"stale":       say(200, `{"session_id":"lsn-1","session_status":"SESSION_STATUS_STALE"}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			got, err := serve(t, answer).Destroy(t.Context(), "lsn-1")
			if err != nil || got.ID != "lsn-1" || !got.Status.Final() || got.StatusText == "" {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := &answers{list: []http.HandlerFunc{cut, say(200, `{"session_id":"lsn-1","session_status":"SESSION_STATUS_DESTROYED"}`)}}
		if _, err := serve(t, a).Destroy(t.Context(), "lsn-1"); err != nil || a.listed.Load() != 2 {
			t.Errorf("%d requests, %v", a.listed.Load(), err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		if _, err := serve(t, say(409, `{"errors":["busy"]}`)).Destroy(t.Context(), "lsn-1"); !errors.Is(err, client.ErrRequest) {
			t.Error(err)
		}
	})
}

func TestTimeLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, http.HandlerFunc(hang))
		began := time.Now()
		_, err := s.Lenses(t.Context())
		if !errors.Is(err, client.ErrNetwork) || !strings.Contains(err.Error(), "no response within 15 s") {
			t.Error(err)
		}
		if took := time.Since(began); took > 3*time.Minute {
			t.Errorf("took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := s.Lenses(ctx); !errors.Is(err, context.Canceled) || client.RemedyOf(err) != client.RemedyNone {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestAnswersAreBounded(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range 20 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	if _, err := s.Lenses(t.Context()); !errors.Is(err, client.ErrProtocol) || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Error(err)
	}
}
