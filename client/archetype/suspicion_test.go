package archetype

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// counting answers the metadata of a session whose outputs grow by one each time it is asked.
func counting(record string) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		n++
		say(200, strings.Replace(record, `"num_outputs":0`, fmt.Sprintf(`"num_outputs":%d`, n), 1))(w, r)
	}
}

const unknownRecord = `[{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING","num_outputs":0}]`

func silentStream(w *wire) {
	for {
		w.data("", beat)
		w.wait(5 * time.Second)
		if w.r.Context().Err() != nil {
			return
		}
	}
}

func TestEvidenceForTheMailbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		s := &script{steps: []func(*wire){silentStream}, metadata: counting(unknownRecord), mailbox: func(w http.ResponseWriter, r *http.Request) {
			if reads++; reads <= 2 { // for the evidence, and for the reader
				say(200, letters(result("m")))(w, r)
				return
			}
			say(200, empty)(w, r)
		}}
		d, _ := s.watch(t, 10*time.Minute, client.WatchOptions{})
		expect(t, d, "<connected> <channel> <channel> <connected> m")
		n := d.notices(client.NoticeChannel)[0]
		if took := n.Received.Sub(d.events[0].Received); took > 3*time.Minute || n.Notice.Channel != client.ChannelMailbox {
			t.Errorf("after %v: %q", took, n.Text)
		}
	})
}

// Where neither channel delivers what the session counts, another reader may have it: the stream is not
// left for an empty mailbox.
func TestEmptyMailboxIsNoEvidence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*wire){silentStream}, metadata: counting(unknownRecord), mailbox: say(200, empty)}
		d, _ := s.watch(t, time.Hour, client.WatchOptions{})
		expect(t, d, "<connected>")
	})
}

func TestEvidenceForTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{
			steps:    []func(*wire){func(w *wire) { w.data("", result("s")); w.hang() }},
			metadata: say(200, strings.Replace(mailboxRecord, `"num_outputs":0`, `"num_outputs":3`, 1)),
			socket:   socket(t, func(int, int, string) string { return empty }),
		}
		d, _ := s.watch(t, 5*time.Minute, client.WatchOptions{})
		if got := d.lines(); !strings.HasPrefix(got, "<connected> <channel> <connected> s") {
			t.Error(got)
		}
	})
}

func TestNoEvidenceNoSwitch(t *testing.T) {
	for name, c := range map[string]struct {
		script *script
		opts   client.WatchOptions
	}{
		"no outputs": {&script{steps: []func(*wire){silentStream}, metadata: say(200, unknownRecord)}, client.WatchOptions{}},
		"forced":     {&script{steps: []func(*wire){silentStream}, metadata: counting(unknownRecord)}, client.WatchOptions{Channel: client.ChannelSSE}},
		"results do come": {&script{steps: []func(*wire){func(w *wire) {
			for w.r.Context().Err() == nil {
				w.data("", result("a"))
				w.wait(50 * time.Second)
			}
		}}, metadata: counting(unknownRecord)}, client.WatchOptions{}},
		"not to be had": {&script{steps: []func(*wire){silentStream}, metadata: say(500, ""), status: say(500, "")}, client.WatchOptions{}},
		"quiet mailbox": {&script{metadata: say(200, mailboxRecord), socket: socket(t, func(int, int, string) string { return empty })}, client.WatchOptions{}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d, err := c.script.watch(t, 30*time.Minute, c.opts)
			if err != nil || len(d.notices(client.NoticeChannel)) != 0 || len(d.notices(client.NoticeReconnecting)) != 0 {
				t.Errorf("%s: %s, %v", name, d.lines(), err)
			}
		})
	}
}

func TestCommandsDoNotWaitForACheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commands := &client.CommandQueue{}
		s := &script{
			steps:    []func(*wire){silentStream, func(w *wire) { w.data("", result("a")); w.hang() }},
			metadata: hang, status: hang,
		}
		began := time.Now()
		const asked = 70 * time.Second // the service has been asked since 63 s
		time.AfterFunc(asked, func() { commands.Send(client.CommandReconnect) })
		d, _ := s.watch(t, 2*time.Minute, client.WatchOptions{Commands: commands})
		a := d.find(func(ev client.Event) bool { return ev.Text == "a" })
		if len(a) != 1 || a[0].Received.Sub(began) > asked+time.Second {
			t.Errorf("%s: %+v", d.lines(), a)
		}
	})
}

// TestChannelIsAskedForOnce watches sessions that the lists have reported before.
func TestChannelIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lenses, records := 0, 0
		mux := http.NewServeMux()
		mux.HandleFunc("GET /v0.5/lens/metadata", func(w http.ResponseWriter, r *http.Request) {
			lenses++
			say(200, `[{"lens_id":"lns-1","lens_config":{"model_pipeline":[{"processor_name":"mailbox_writer"}]}}]`)(w, r)
		})
		mux.HandleFunc("GET /v0.5/lens/sessions/metadata", func(w http.ResponseWriter, r *http.Request) {
			records++
			say(200, `[{"session_id":"lsn-1","lens_id":"lns-1"},{"session_id":"lsn-2","lens_id":"lns-1"}]`)(w, r)
		})
		s := serve(t, mux)
		if _, err := s.Sessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"lsn-1", "lsn-2", "lsn-1"} {
			if c := s.channelOf(t.Context(), id); c != client.ChannelMailbox {
				t.Errorf("%s is %v", id, c)
			}
		}
		if lenses != 1 || records != 1 {
			t.Errorf("asked %d times for lenses, %d times for sessions", lenses, records)
		}
	})
}
