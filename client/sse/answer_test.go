package sse

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Which answers end a Source, and how long it waits after the others.
func TestAnswers(t *testing.T) {
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	ok := func(contentType string) http.HandlerFunc { return status(200, "Content-Type", contentType) }
	rows := []struct {
		name   string
		answer http.HandlerFunc
		final  bool
		err    error
		wait   time.Duration // if it is not final
		text   string        // part of the error
	}{
		{"204 ends it", status(204), true, ErrStatus, 0, "204 No Content: do not reconnect"},
		{"205 ends it", status(205), true, ErrStatus, 0, "205"},
		{"301 without Location ends it", status(301), true, ErrStatus, 0, "301 Moved Permanently"},
		{"307 with an empty Location ends it", status(307, "Location", ""), true, ErrStatus, 0, "307"},
		{"400 ends it", status(400), true, ErrStatus, 0, "400 Bad Request"},
		{"401 ends it", status(401), true, ErrStatus, 0, "401 Unauthorized; check the credentials"},
		{"403 ends it", status(403), true, ErrStatus, 0, "403 Forbidden; check the credentials"},
		{"404 ends it", status(404), true, ErrStatus, 0, "404 Not Found; check the address"},
		{"410 ends it", status(410), true, ErrStatus, 0, "410 Gone; check the address"},
		{"422 ends it", status(422), true, ErrStatus, 0, "422"},
		{"408 is retried", status(408), false, ErrStatus, time.Second, "408 Request Timeout"},
		{"409 is retried", status(409), false, ErrStatus, time.Second, "409 Conflict"},
		{"429 is retried", status(429), false, ErrStatus, time.Second, "429 Too Many Requests"},
		{"429 with Retry-After in seconds", status(429, "Retry-After", "7"), false, ErrStatus, 7 * time.Second, "429"},
		{"429 with Retry-After as a date", status(429, "Retry-After", "Mon, 02 Jan 2006 15:04:25 GMT", "Date", "Mon, 02 Jan 2006 15:04:05 GMT"), false, ErrStatus, 20 * time.Second, "429"},
		{"429 with Retry-After in the past", status(429, "Retry-After", "Fri, 01 Jan 1999 00:00:00 GMT"), false, ErrStatus, time.Second, "429"},
		{"429 with Retry-After that is no time", status(429, "Retry-After", "soon"), false, ErrStatus, time.Second, "429"},
		{"503 with Retry-After above the longest delay", status(503, "Retry-After", "120"), false, ErrStatus, 2 * time.Minute, "503"},
		{"503 with Retry-After without measure", status(503, "Retry-After", "99999999999999"), false, ErrStatus, MaxRetryAfter, "503"},
		{"500 is retried", status(500), false, ErrStatus, time.Second, "500 Internal Server Error"},
		{"502 is retried", status(502), false, ErrStatus, time.Second, "502"},
		{"599 is retried", status(599), false, ErrStatus, time.Second, "599"},
		{"text/html ends it", ok("text/html; charset=utf-8"), true, ErrContentType, 0, "text/html; charset=utf-8"},
		{"no content type ends it", func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil }, true, ErrContentType, 0, "no content type"},
		{"text/event-streams ends it", ok("text/event-streams"), true, ErrContentType, 0, "text/event-streams"},
		{"a compressed stream ends it", status(200, "Content-Type", "text/event-stream", "Content-Encoding", "br"), true, ErrContentType, 0, "br"},
		{"text/event-stream is a stream", ok("text/event-stream"), false, ErrEOF, time.Second, "closed the stream"},
		{"parameters do not matter", ok("text/event-stream;charset=UTF-8"), false, ErrEOF, time.Second, "closed"},
		{"nor does case", ok("Text/Event-Stream ; x"), false, ErrEOF, time.Second, "closed"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, row.answer)
				p := w.play(t, Options{MaxDelay: 30 * time.Second})
				last := p.last()
				var e *Error
				if !errors.As(last.Err, &e) || !errors.Is(e, row.err) || e.Final != row.final || !strings.Contains(e.Error(), row.text) {
					t.Errorf("the reason is %q (%+v)", last.Err, e)
				}
				if !row.final {
					if last.Code != Waiting || last.Delay != row.wait || !last.Until.Equal(last.At.Add(row.wait)) {
						t.Errorf("waits %v until %v (state %d)", last.Delay, last.Until, last.Code)
					}
					p.stop(t)
					return
				}
				if err := <-p.done; last.Code != Closed || err != last.Err {
					t.Errorf("Run returned %v; last state: %+v", err, last)
				}
			})
		})
	}
}

// The connection of a refused answer is not left behind, its body is reported, and it cannot hang.
func TestRefusedBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			w.WriteHeader(503)
			w.Write([]byte("busy: " + strconv.Itoa(requests) + strings.Repeat("y", 100_000)))
			http.NewResponseController(w).Flush()
			hold(r)
		})
		p := w.play(t, Options{})
		for p.last().Attempt < 20 {
			time.Sleep(time.Second)
			synctest.Wait()
		}
		e := p.last().Err.(*Error)
		if len(e.Body) != maxErrorBody || !strings.HasPrefix(e.Body, "busy: 19yyy") {
			t.Errorf("the body is %d bytes, %.20q", len(e.Body), e.Body)
		}
		if n := w.connections(); n > 1 {
			t.Errorf("%d connections are open after %d refusals", n, requests)
		}
		p.stop(t)
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(503)
			w.Write([]byte("half"))
			http.NewResponseController(w).Flush()
			hold(r)
		})
		p := w.play(t, Options{})
		time.Sleep(errorBodyTime)
		synctest.Wait()
		if last := p.last(); last.Code != Waiting || last.Err.(*Error).Body != "half" {
			t.Errorf("a body that does not end: %+v", last)
		}
		p.stop(t)
	})
}
