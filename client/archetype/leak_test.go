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

// TestNoEventHoldsTheKey lets the server say the key in every place of a stream, a mailbox and a
// record.
func TestNoEventHoldsTheKey(t *testing.T) {
	record := strings.NewReplacer(`"num_outputs":0`, `"num_outputs":0,"api_key":"`+testKey+`"`,
		"SESSION_STATUS_RUNNING", "SESSION_"+testKey, "/lens/sessions/lsn-1", "/lens/"+testKey).Replace(mailboxRecord)
	evil := `{"type":"` + testKey + `","event_data":{"response":["` + testKey + `"],"query_id":"` + testKey + `","sensor_id":"` + testKey + `","api_key":"another-secret","note":"{\"api_key\": \"another-secret\"}"}}`
	s := &script{
		metadata: say(200, record),
		mailbox: func() http.HandlerFunc {
			a := &answers{list: []http.HandlerFunc{say(200, letters(evil)), say(200, `{"type":"error","message":"`+testKey+`"}`)}}
			return a.ServeHTTP
		}(),
		steps: []func(*wire){
			func(w *wire) {
				w.send(": "+testKey, "", "event: "+testKey, "id: "+testKey, "data: "+testKey, "")
				w.data("2", evil)
				w.data("3", `{"type":"sse.stream.start","event_data":{"reader_id":"`+testKey+`"}}`)
				w.data("4", `{"type":"error","message":"`+testKey+`"}`)
				w.drop()
			},
			refuse(500, testKey), refuse(503, `{"detail":"`+testKey+`"}`),
			func(w *wire) { w.data("", ended) },
			func(w *wire) {
				w.wait(time.Minute)
				http.Redirect(w, w.r, "http://"+testKey+".test/", http.StatusTemporaryRedirect)
			},
		},
	}
	for _, channel := range []client.Channel{client.ChannelSSE, client.ChannelMailbox} {
		synctest.Test(t, func(t *testing.T) {
			d, err := s.watch(t, 5*time.Minute, client.WatchOptions{Channel: channel})
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); leaks(text) {
				t.Error(text)
			}
			if len(d.events) < 8 {
				t.Errorf("%d events", len(d.events))
			}
			for _, ev := range d.events {
				text := everyForm(ev) + everyForm(ev.Result) + everyForm(ev.Notice) + string(ev.Raw)
				if leaks(text) || strings.Contains(text, "another-secret") {
					t.Errorf("%v %q", ev.Kind, ev.Text)
				}
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		list, err := serve(t, s).Sessions(t.Context())
		if text := everyForm(list); err != nil || len(list) != 1 || leaks(text) {
			t.Error(text, err)
		}
	})
}
