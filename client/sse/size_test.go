package sse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An event as large as the limit passes, byte for byte, in one line or in many; a larger one is
// skipped and counted, its id counts, and its neighbours are untouched.
func TestEventLimit(t *testing.T) {
	const limit, small = 16 << 20, 1 << 20
	oneLine := strings.Repeat("0123456789abcdef", limit/16)
	lines := strings.Repeat("0123456789abcde\n", small/16) // LF part it into lines of data
	wire := func(data string) io.Reader {
		return strings.NewReader("id: 2\ndata: " + strings.ReplaceAll(data, "\n", "\ndata: ") + "\n\n")
	}
	rows := []struct {
		name  string
		data  string
		limit int    // 0 is the default
		size  string // of the skip
	}{
		{"one line", oneLine, 0, ""},
		{"one line, one byte more", oneLine + "x", 0, "16777217"},
		{"many lines", lines, small, ""},
		{"many lines, one byte more", lines + "x", small, "1048577"},
		{"many times as much", oneLine, small, "16777216"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var got bytes.Buffer
			var said []string
			h := Handler{
				Event: func(e Event) {
					if e.ID == "2" {
						got.Write(e.Data)
						return
					}
					said = append(said, fmt.Sprintf("%s id %s", e.Data, e.ID))
				},
				State: func(s State) {
					if s.Code == Skipped {
						said = append(said, fmt.Sprint("skipped ", s.Size))
					}
				},
			}
			var ids []string
			s, err := New(Options{URL: "http://a.test", InitialDelay: 1, MaxEventBytes: row.limit, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
				if ids = append(ids, req.Header.Get("Last-Event-ID")); len(ids) > 2 {
					return response(204, "", strings.NewReader("")), nil
				}
				if len(ids) == 2 {
					return response(200, "text/event-stream", strings.NewReader("id: 3\ndata: after\n\n")), nil
				}
				return response(200, "text/event-stream", io.MultiReader(strings.NewReader("id: 1\ndata: before\n\n"), wire(row.data))), nil
			})})
			if err != nil {
				t.Fatal(err)
			}
			s.Run(t.Context(), h)
			want := []string{"before id 1", "after id 3"}
			if row.size != "" {
				want = slices.Insert(want, 1, "skipped "+row.size)
				row.data = ""
			}
			if !slices.Equal(said, want) || got.String() != row.data {
				t.Errorf("said %q and %d bytes, not %q and %d", said, got.Len(), want, len(row.data))
			}
			if !slices.Equal(ids, []string{"", "2", "3"}) {
				t.Errorf("requests after %q", ids)
			}
		})
	}
}

// After a large event the stream continues with small buffers.
func TestLargeEventLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			send := stream(w)
			send("data: x\n\n")
			<-time.After(time.Second)
			send("data: %s\n\n", bytes.Repeat([]byte("y"), 8<<20))
			send("data: x\n\n")
			hold(r)
		})
		heap := func() uint64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		p := &player{}
		events := 0
		w.playWith(t, Options{}, p, Handler{Event: func(Event) { events++ }})
		before := heap()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if after := heap(); events != 3 || after > before+2<<20 {
			t.Errorf("%d events; the heap has grown from %d to %d", events, before, after)
		}
		p.stop(t)
	})
}

// A type or an id that is too long to keep makes its event one that is skipped, however it is cut.
func TestLongFields(t *testing.T) {
	long := strings.Repeat("é", maxLine/2+1)
	rows := []struct {
		stream string
		want   []string
		id     string
	}{
		{"id: 1\nevent: " + long + "\ndata: x\n\ndata: y\n\n", []string{"skipped 1", `message "y" id "1"`}, "1"},
		{"id: 1\n\nid: " + long + "\ndata: x\n\ndata: y\n\n", []string{"skipped 1", `message "y" id "1"`}, "1"},
		{"id: 1\n\nid: " + long + "\x00\ndata: x\n\n", []string{`message "x" id "1"`}, "1"},
		{"id: 1\nother: " + long + "\n" + long + "\ndata: x\n\n", []string{`message "x" id "1"`}, "1"},
		{"id: " + long[:maxSentID] + "\n\nid: 1" + long[:maxSentID] + "\ndata\n\n", []string{`message "" id "1` + long[:maxSentID] + `"`}, ""},
		{"id: " + long[:maxSentID] + "\n\n", nil, long[:maxSentID]},
	}
	for _, row := range rows {
		synctest.Test(t, func(t *testing.T) {
			for _, size := range []int{1, 3, 1000, len(row.stream)} {
				var parts []string
				for part := range slices.Chunk([]byte(row.stream), size) {
					parts = append(parts, string(part))
				}
				said, id := playback(t, Options{}, &chunks{parts: parts})
				if !slices.Equal(said, row.want) || id != row.id {
					t.Errorf("%.20q in chunks of %d: said %.100q, resumes after %.100q", row.stream, size, said, id)
				}
			}
		})
	}
}

// A long comment comes in pieces, cut between characters, and nothing of it is missing.
func TestLongComment(t *testing.T) {
	const size = 300
	held := (maxLine/size + 1) * size // bytes that make a piece
	comment := strings.Repeat("a豆", held)
	for _, size := range []int{size, size - 1} { // the end of the comment is the end of a piece; is not
		parts := []string{"data: x\n:"}
		for part := range slices.Chunk([]byte(comment), size) {
			parts = append(parts, string(part))
		}
		said, _ := playback(t, Options{}, &chunks{parts: append(parts, "\n:short\ndata: y\n\n")})
		var got strings.Builder
		for _, s := range said[:len(said)-2] {
			var piece string
			if _, err := fmt.Sscanf(s, "comment %q", &piece); err != nil || piece == "" || strings.Contains(piece, "\uFFFD") {
				t.Fatalf("said %.100q", s)
			}
			got.WriteString(piece)
		}
		if got.String() != comment || !slices.Equal(said[len(said)-2:], []string{`comment "short"`, `message "x\ny" id ""`}) {
			t.Errorf("%d bytes of %d, then %q", got.Len(), len(comment), said[len(said)-2:])
		}
	}
}

// Bytes is called for every read before what it brings is handed on.
func TestBytes(t *testing.T) {
	stream := "data: x\n\n:c\n" + strings.Repeat("data: yyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n\n", 3000)
	total, events := 0, 0
	var p player
	ctx := newContext(t, &p)
	s, err := New(Options{URL: "http://a.test", Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return response(200, "text/event-stream", strings.NewReader(stream)), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(ctx, Handler{
		Event: func(Event) { events++ },
		Bytes: func(n int, at time.Time) {
			if total == 0 && events > 0 || at.IsZero() {
				t.Errorf("%d bytes at %v after %d events", n, at, events)
			}
			total += n
		},
		State: func(s State) {
			if s.Code == Waiting {
				p.cancel()
			}
		},
	})
	if total != len(stream) || events != 3001 {
		t.Errorf("%d bytes of %d, %d events", total, len(stream), events)
	}
}

// An event that is skipped for its id or type is not said to be too large.
func TestLongIDsAndTypesAreSaid(t *testing.T) {
	for _, field := range []string{"id", "event"} {
		connections := 0
		s, err := New(Options{URL: "http://a.test", InitialDelay: 1, Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			if connections++; connections > 1 {
				return response(204, "", strings.NewReader("")), nil
			}
			return response(200, "text/event-stream", strings.NewReader(field+": "+strings.Repeat("x", 2*maxLine)+"\ndata: {}\n\n")), nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		var skipped []error
		s.Run(t.Context(), Handler{State: func(s State) {
			if s.Code == Skipped {
				skipped = append(skipped, s.Err)
			}
		}})
		if len(skipped) != 1 || !errors.Is(skipped[0], ErrLongField) {
			t.Errorf("%s: %v", field, skipped)
		}
	}
}
