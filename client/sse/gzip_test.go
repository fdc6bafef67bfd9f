package sse

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A proxy that compresses what nobody asked it to does not hold events back: each is there when it was flushed.
func TestGzipThatWasNotRequestedIsDecodedAsItArrives(t *testing.T) {
	seen := make(chan string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for i := range 3 {
			_, _ = fmt.Fprintf(z, "data: %d\n\n", i)
			_ = z.Flush()
			w.(http.Flusher).Flush()
			select {
			case <-seen: // only then the next one
			case <-r.Context().Done():
				return
			}
		}
		_, _ = z.Write([]byte("data: cut"))
	}))
	defer server.Close()
	source, err := New(Options{URL: server.URL, InitialDelay: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	end := make(chan error, 1)
	go func() {
		_ = source.Run(t.Context(), Handler{
			Event: func(e Event) { got = append(got, string(e.Data)); seen <- string(e.Data) },
			State: func(s State) {
				if s.Code == Waiting {
					end <- s.Err
				}
			},
		})
	}()
	if err := <-end; fmt.Sprint(got) != "[0 1 2]" {
		t.Errorf("got %v, then %v", got, err)
	}
}
