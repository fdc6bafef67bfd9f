package archetype

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"lenswatch/client"
)

const mailboxRecord = `[{"session_id":"lsn-1","session_status":"SESSION_STATUS_RUNNING","session_endpoint":"ws://api.test/v0.5/lens/sessions/lsn-1",
	"num_outputs":0,"lens_config":{"model_pipeline":[{"processor_name":"p"}],"output_streams":[{"stream_type":"mailbox_writer"}]}}]`

const empty = `{"type":"session.read.response","event_data":null}`

func letters(payloads ...string) string {
	return `{"type":"session.read.response","event_data":{"messages":[` + strings.Join(payloads, ",") + `]}}`
}

// goodbye is a reply of socket.
const goodbye = "goodbye"

// socket serves the session's WebSocket: replies gives the reply to each request, "" to drop the
// connection, or goodbye to close it in good order. It counts both from 1.
func socket(t *testing.T, replies func(conn, request int, body string) string) http.HandlerFunc {
	conns := 0
	return func(w http.ResponseWriter, r *http.Request) {
		conns++
		if r.Header.Get("Authorization") != "Bearer "+testKey || r.Header.Get("User-Agent") != "lenswatch" {
			t.Errorf("header %v", r.Header)
		}
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		for n, this := 1, conns; ; n++ {
			kind, body, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if kind != websocket.MessageBinary {
				t.Errorf("a %v frame", kind)
			}
			reply := replies(this, n, string(body))
			if reply == goodbye {
				_ = c.Close(websocket.StatusNormalClosure, "session ended") // the client has gone, perhaps
				return
			}
			if reply == "" || c.Write(r.Context(), websocket.MessageBinary, []byte(reply)) != nil {
				return
			}
		}
	}
}

func TestMailboxOverTheWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		var ids []string
		s := &script{metadata: say(200, mailboxRecord), socket: socket(t, func(_, n int, body string) string {
			at = append(at, time.Now())
			var request struct {
				Type string `json:"type"`
				Data struct {
					ID string `json:"client_id"`
				} `json:"event_data"`
			}
			if err := json.Unmarshal([]byte(body), &request); err != nil || request.Type != "session.read" {
				t.Errorf("sent %s", body)
			}
			ids = append(ids, request.Data.ID)
			switch n {
			case 1:
				return letters(query("q1", "one"), `{"type":"log.info","event_data":{"message":"two"}}`)
			case 2:
				return letters(`"{\"type\":\"frame.processed\",\"event_data\":{\"text\":\"three\"}}"`)
			}
			return empty
		})}
		line := &client.Connection{}
		d, err := s.watch(t, 10*time.Second, client.WatchOptions{Connection: line})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, d, "<connected> one two three")
		one := d.find(func(ev client.Event) bool { return ev.Text == "one" })[0]
		if one.Kind != client.KindResult || one.Result.QueryID != "q1" || string(one.Raw) != query("q1", "one") {
			t.Errorf("%+v", one)
		}
		if c := d.notices(client.NoticeConnected)[0].Notice; c.Channel != client.ChannelMailbox {
			t.Errorf("%+v", c)
		}
		if !at[1].Equal(at[0]) || !at[2].Equal(at[1]) || at[3].Sub(at[2]) != time.Second || len(at) < 10 || len(at) > 13 {
			t.Errorf("asked at %v", at)
		}
		if ids[0] == "" || ids[0] != ids[len(ids)-1] {
			t.Errorf("client ids %q", ids)
		}
		if n, _ := line.Received(); n == 0 {
			t.Error("the line counts nothing")
		}
	})
}

func TestMailboxByREST(t *testing.T) {
	for name, s := range map[string]*script{
		"no WebSocket":         {metadata: say(200, mailboxRecord)},
		"refused":              {metadata: say(200, mailboxRecord), socket: say(403, "")},
		"another host":         {metadata: say(200, strings.Replace(mailboxRecord, "ws://api.test", "wss://evil.test", 1))},
		"another port":         {metadata: say(200, strings.Replace(mailboxRecord, "api.test", "api.test:81", 1))},
		"another scheme":       {metadata: say(200, strings.Replace(mailboxRecord, "ws://", "wss://", 1))},
		"no URL":               {metadata: say(200, strings.Replace(mailboxRecord, "ws://api.test", "%%%", 1))},
		"not reported, absent": {metadata: say(200, strings.Replace(mailboxRecord, "session_endpoint", "x", 1))},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			s.mailbox = func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if !strings.HasPrefix(string(body), `{"session_id":"lsn-1","event":{"type":"session.read","event_data":{"client_id":"`) {
					t.Errorf("sent %s", body)
				}
				if asked++; asked == 1 {
					say(200, letters(result("a"), result("b")))(w, r)
					return
				}
				say(200, empty)(w, r)
			}
			d, _ := s.watch(t, 10*time.Second, client.WatchOptions{})
			expect(t, d, "<channel> <connected> a b")
			n := d.notices(client.NoticeChannel)
			if strings.HasPrefix(name, "another") != strings.Contains(n[0].Text, "the key is not sent there") {
				t.Errorf("%s: %q", name, n[0].Text)
			}
		})
	}
}

func TestMailboxLosesAReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{metadata: say(200, mailboxRecord), socket: socket(t, func(conn, n int, _ string) string {
			switch {
			case conn == 1 && n == 1:
				return letters(query("q1", "a"))
			case conn == 1 && n < 4:
				return empty
			case conn == 1:
				return ""
			case n == 2:
				return letters(query("q2", "b"))
			}
			return empty
		})}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{})
		expect(t, d, "<connected> a <reconnecting> <connected> <gap> b")
	})
}

func TestMailboxPlayedFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{metadata: say(200, mailboxRecord), socket: socket(t, func(conn, n int, _ string) string {
			switch {
			case n == 1 && conn == 1:
				return letters(query("q1", "a"), query("q2", "b"))
			case n == 1:
				return letters(query("q1", "a"), query("q2", "b"), query("q3", "c"))
			case conn == 1:
				return ""
			}
			return empty
		})}
		d, _ := s.watch(t, time.Minute, client.WatchOptions{})
		expect(t, d, "<connected> a b <reconnecting> <connected> <duplicate 2> <resumed> c")
	})
}

// A reply that comes too late, or that answers something else, must not be taken for the next one.
func TestMailboxRepliesOutOfStep(t *testing.T) {
	for name, first := range map[string]func() string{
		"late":          func() string { time.Sleep(40 * time.Second); return letters(query("q1", "late")) },
		"of another":    func() string { return `{"type":"session.heartbeat.response","event_data":{}}` },
		"no JSON":       func() string { return "<html>" },
		"odd data":      func() string { return `{"type":"session.read.response","event_data":"x"}` },
		"odd messages":  func() string { return `{"type":"session.read.response","event_data":{"messages":{}}}` },
		"an error once": func() string { return `{"type":"error","message":"Failed to fetch session_runner!"}` },
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{metadata: say(200, mailboxRecord), socket: socket(t, func(conn, n int, _ string) string {
				switch {
				case conn == 1:
					return first()
				case n == 1:
					return letters(query("q2", "b"))
				}
				return empty
			})}
			d, _ := s.watch(t, 2*time.Minute, client.WatchOptions{})
			if got := d.lines(); got != "<reconnecting> <connected> b" {
				t.Errorf("%s: %s", name, got)
			}
		})
	}
}

func TestMailboxOfASessionThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := &script{metadata: func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked <= 2 {
				say(200, mailboxRecord)(w, r)
				return
			}
			say(200, "[]")(w, r)
		}, status: say(200, gone), socket: socket(t, func(_, n int, _ string) string {
			switch n {
			case 1:
				return letters(result("a"))
			case 2:
				return empty
			}
			return gone
		})}
		d, err := s.watch(t, time.Hour, client.WatchOptions{})
		if err != nil {
			t.Error(err)
		}
		expect(t, d, "<connected> a <closed>")
	})
	synctest.Test(t, func(t *testing.T) {
		s := &script{status: say(200, gone), mailbox: say(200, gone)}
		d, err := s.watch(t, time.Hour, client.WatchOptions{Channel: client.ChannelMailbox})
		if !errors.Is(err, client.ErrNotFound) {
			t.Error(err)
		}
		expect(t, d, "<channel> <closed>")
	})
	synctest.Test(t, func(t *testing.T) {
		s := &script{mailbox: say(401, "")}
		if _, err := s.watch(t, time.Hour, client.WatchOptions{Channel: client.ChannelMailbox}); !errors.Is(err, client.ErrRefused) {
			t.Error(err)
		}
	})
}

// A socket that is closed in good order is the end of the stream, no failure: the session is asked whether
// it lives.
func TestMailboxClosedInGoodOrder(t *testing.T) {
	for name, c := range map[string]struct{ record, status, want string }{
		"session ended":     {"[]", gone, "<connected> a <closed>"},
		"the session lives": {mailboxRecord, "", "<connected> a <idle-close> <connected> <gap> b"},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			s := &script{metadata: func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked <= 2 {
					say(200, mailboxRecord)(w, r)
					return
				}
				say(200, c.record)(w, r)
			}, status: say(200, c.status), socket: socket(t, func(conn, n int, _ string) string {
				switch {
				case n == 1:
					return letters(query(fmt.Sprint("q", conn), string(rune('a'+conn-1))))
				case conn == 1:
					return goodbye
				}
				return empty
			})}
			d, err := s.watch(t, time.Minute, client.WatchOptions{})
			if err != nil {
				t.Error(err)
			}
			if got := d.lines(); got != c.want {
				t.Errorf("%s: %s", name, got)
			}
		})
	}
}

func TestCommandsSwitchTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commands := &client.CommandQueue{}
		reads := 0
		s := &script{
			steps: []func(*wire){func(w *wire) { w.data("", result(fmt.Sprint("s", w.n))); w.hang() }},
			mailbox: func(w http.ResponseWriter, r *http.Request) {
				if reads++; reads == 1 {
					say(200, letters(result("m")))(w, r)
					return
				}
				say(200, empty)(w, r)
			},
		}
		go func() {
			for _, c := range []client.Command{client.CommandUseSSE, client.CommandUseMailbox, client.CommandUseMailbox, client.CommandUseSSE} {
				time.Sleep(10 * time.Second)
				commands.Send(c)
			}
		}()
		d, _ := s.watch(t, time.Minute, client.WatchOptions{Commands: commands})
		expect(t, d, "<connected> s1 <channel> <channel> <connected> m <channel> <connected> <gap> s2")
		if n := d.notices(client.NoticeChannel); n[0].Notice.Channel != client.ChannelMailbox || n[2].Notice.Channel != client.ChannelSSE {
			t.Errorf("%+v %+v", n[0], n[2])
		}
	})
}

// What a mailbox holds when it is joined is marked as such; what comes later is not, and neither is what is new by its own time.
func TestBacklogOfAMailboxIsMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const old, new = `{"type":"inference.result","timestamp":946684000,"event_data":{"response":["old"]}}`, `{"type":"inference.result","timestamp":946684800.5,"event_data":{"response":["new"]}}`
		s := &script{metadata: say(200, mailboxRecord), socket: socket(t, func(_, n int, _ string) string {
			switch n {
			case 1:
				return letters(result("waited"), old, new)
			case 3:
				return letters(result("live"), old)
			}
			return empty
		})}
		d, err := s.watch(t, 10*time.Second, client.WatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var waited []string
		for _, ev := range d.find(func(ev client.Event) bool { return ev.Backlog }) {
			waited = append(waited, ev.Text)
		}
		if strings.Join(waited, " ") != "waited old" {
			t.Errorf("marked as backlog: %q, of %s", waited, d.lines())
		}
	})
}
