package archetype

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"lenswatch/client"
)

// account writes the list of an account of n sessions, about 400 bytes each, as the service writes it.
func account(w io.Writer, n int) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	_, _ = out.WriteString("[")
	for i := range n {
		if i > 0 {
			_, _ = out.WriteString(", ")
		}
		fmt.Fprintf(out, `{"session_id": "lsn-%021d", "lens_id": "lns-fd669361822b07e2", "lens_name": "Activity Monitor", "session_status": "SESSION_STATUS_RUNNING", `+
			`"session_endpoint": "wss://api.u1.archetypeai.app/v0.5/lens/sessions/lsn-%021d", "session_duration_sec": %d.%d, "last_update_timestamp": 1738791234.%d, `+
			`"num_inputs": %d, "num_outputs": %d, "num_active_connections": 1, "session_runner": "runner-%d"}`, i, i, i, i, i, i, i, i%16)
	}
	_, _ = out.WriteString("]")
}

// A list of 100,000 sessions, 40 MB, is read as it arrives: what is taken is what it says, and each record stands for itself.
func TestListsOfAnyLengthAreRead(t *testing.T) {
	synctest.Test(t, listOfAnyLength) // a busy machine takes longer than the request may
}

func listOfAnyLength(t *testing.T) {
	const n = 100_000
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		account(w, n)
	}))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	parts, err := s.SessionParts(t.Context())
	runtime.GC()
	runtime.ReadMemStats(&after)
	listed := 0
	for _, part := range parts {
		listed += len(part)
	}
	if err != nil || listed != n {
		t.Fatalf("%d sessions, %v", listed, err)
	}
	if last := parts[len(parts)-1][listPart-1]; last.ID != fmt.Sprintf("lsn-%021d", n-1) || last.Status != client.StatusRunning || last.Counters.Outputs != n-1 || last.LensName != "Activity Monitor" {
		t.Errorf("%+v", last)
	}
	if each := int64(after.HeapAlloc-before.HeapAlloc) / n; each > 900 {
		t.Errorf("a listed session takes %d bytes", each)
	}
	runtime.KeepAlive(parts)
	if all, err := s.AllSessions(t.Context()); err != nil || len(all) != n {
		t.Errorf("all: %d, %v", len(all), err)
	}
}

// A list is given up where it drips, and not because it is long.
func TestAListMayTakeLongWhileItArrives(t *testing.T) {
	for name, pieces := range map[string]struct {
		size int // bytes of each, ten seconds apart
		good bool
	}{"slow": {size: 100 << 10, good: true}, "drips": {size: 400}} {
		synctest.Test(t, func(t *testing.T) {
			var list bytes.Buffer
			account(&list, 1000)
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				for piece := range slices.Chunk(list.Bytes(), pieces.size) {
					select {
					case <-time.After(10 * time.Second):
					case <-r.Context().Done():
						return
					}
					_, _ = w.Write(piece)
					_ = http.NewResponseController(w).Flush()
				}
			}))
			parts, err := s.SessionParts(t.Context())
			switch {
			case pieces.good && (err != nil || len(parts) != 1 || len(parts[0]) != 1000):
				t.Errorf("%s: %d parts, %v", name, len(parts), err)
			case !pieces.good && (err == nil || !strings.Contains(err.Error(), "no response within 15 s")):
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A list that holds more than is retained is not taken for a shorter one.
func TestTooLongListsAreRefused(t *testing.T) {
	synctest.Test(t, tooLongLists)
}

func tooLongLists(t *testing.T) {
	for name, write := range map[string]func(io.Writer){
		"records": func(w io.Writer) { account(w, maxRecords+1) },
		"text": func(w io.Writer) {
			_, _ = io.WriteString(w, `[{"session_id":"a"}`)
			for i := range 4000 {
				fmt.Fprintf(w, `,{"session_id":"%d","session_endpoint":"%s"}`, i, strings.Repeat("x", 10_000))
			}
			_, _ = io.WriteString(w, "]")
		},
	} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { write(w) }))
		if got, err := s.Sessions(t.Context()); err == nil || len(got) > 0 || !strings.Contains(err.Error(), "longer than 100000 records or 32 MiB") {
			t.Errorf("%s: %d sessions, %v", name, len(got), err)
		}
	}
}

// A list that ends within is no list, and a record of a key's echo shows nothing of it.
func TestLongListsAreReadAsShortOnesAre(t *testing.T) {
	head := `[{"session_id":"lsn-1","session_endpoint":"ws://x/` + testKey + `","session_duration_sec":NaN},`
	pad := `{"session_id":"lsn-2","lens_config":{"x":"` + strings.Repeat("y", 400<<10) + `"}}`
	for _, tt := range []struct {
		text string
		ok   bool
	}{{head + pad + "]", true}, {head + `{"session_id":"lsn-2"}]`, true}, {head + pad, false}, {head + pad + "] <html>", false}, {head + pad + `,`, false}} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, tt.text) }))
		got, err := s.Sessions(t.Context())
		if tt.ok != (err == nil) {
			t.Errorf("%.60q of %d bytes: %v", tt.text, len(tt.text), err)
		}
		if tt.ok && (len(got) != 2 || strings.Contains(got[0].Endpoint, testKey) || !strings.Contains(got[0].Endpoint, "redacted")) {
			t.Errorf("%+v", got)
		}
	}
}

// The large replies of many mailboxes, whose events nobody takes, take the memory of one.
func TestLargeRepliesOfMailboxesShareTheMemoryOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const mailboxes, size = 12, 8 << 20
		reply := []byte(letters(query("q", strings.Repeat("r", size))))
		socket := func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			defer func() { _ = c.CloseNow() }()
			for _, _, err := c.Read(r.Context()); err == nil; _, _, err = c.Read(r.Context()) {
				_ = c.Write(r.Context(), websocket.MessageBinary, reply)
			}
		}
		s := serve(t, http.HandlerFunc((&script{metadata: say(200, mailboxRecord), socket: socket}).ServeHTTP))
		ctx, cancel := context.WithCancel(t.Context())
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var all sync.WaitGroup
		var waiting atomic.Int64
		for range mailboxes {
			all.Go(func() {
				_ = s.Watch(ctx, "lsn-1", client.WatchOptions{}, func(ev client.Event) {
					if ev.Kind == client.KindResult {
						waiting.Add(1)
						<-ctx.Done()
					}
				})
			})
		}
		synctest.Wait()
		runtime.GC()
		runtime.ReadMemStats(&after)
		if took := int64(after.HeapAlloc) - int64(before.HeapAlloc); waiting.Load() != 1 || took > 5*size {
			t.Errorf("%d replies of %d MiB are decoded, %d MiB are taken", waiting.Load(), size>>20, took>>20)
		}
		cancel()
		all.Wait()
	})
}

// A record that cannot be read among others that can is left out, and said.
func TestRecordsThatCannotBeReadAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := ""
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		}))
		for list, want := range map[string]int{
			`[{"session_id":"lsn-1"},{"session_id":"lsn-2"}]`:                                                                   0,
			`[{"session_id":"lsn-1"},{"lens_id":"lns-1"}]`:                                                                      1,
			`[7,{"session_id":"lsn-1"},{"session_id":"lsn-2","x":` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}]`: 2,
			`[{"session_id":"lsn-1"},{"session_id":"lsn-2","lens_config":"` + strings.Repeat("x", 2<<20) + `"}]`:                1,
			`{"sessions":[{"session_id":"lsn-1"},null]}`:                                                                        1,
		} {
			answer = list
			unread := 0
			listed, err := s.Sessions(client.OnUnread(t.Context(), func(n int) { unread += n }))
			if err != nil || len(listed) == 0 || unread != want {
				t.Errorf("%.80s: %d sessions, %d unread, want %d; %v", list, len(listed), unread, want, err)
			}
		}
	})
}

// A question about one session that is answered with a long list takes the memory of that session: many are asked at once.
func TestAListInAnswerForOneSessionIsNotRetained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			account(w, 20_000)
		}))
		parts, err := s.sessionMetadata(t.Context(), fmt.Sprintf("lsn-%021d", 4711))
		if err != nil || len(parts) != 1 || len(parts[0]) != 1 || parts[0][0].Counters.Outputs != 4711 {
			t.Errorf("%d parts, %v", len(parts), err)
		}
		if _, err := s.findSession(t.Context(), "lsn-none"); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("another: %v", err)
		}
	})
}

// A list that does not end in the time that there is for it is said to be incomplete, in plain words.
func TestAListWithoutAnEndIsSaidToBeIncomplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `[{"session_id":"lsn-1"},{"session_id":"`)
			for {
				_, _ = io.WriteString(w, strings.Repeat("x", 100<<10))
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
					return
				}
			}
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if _, err := s.Sessions(ctx); !errors.Is(err, client.ErrNetwork) || !strings.Contains(err.Error(), "the response is not complete after 20 s") {
			t.Errorf("%v", err)
		}
	})
}
