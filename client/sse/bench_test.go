package sse

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// serveRaw answers every connection on the loopback with the header of an event stream, and then
// with what body writes, until that fails.
func serveRaw(b *testing.B, body func(net.Conn) error) (url string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	answer := func(conn net.Conn) {
		defer conn.Close()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		_, err := fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
		for err == nil {
			err = body(conn)
		}
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

// chunked is n events of the given size on the wire, each in a chunk of its own.
func chunked(n, size int) []byte {
	var wire bytes.Buffer
	w := httputil.NewChunkedWriter(&wire)
	for range n {
		fmt.Fprintf(w, "data: %s\n\n", strings.Repeat("x", size-len("data: \n\n")))
	}
	return wire.Bytes()
}

// flood writes events of the given size without end, as many at once as a busy server has, after
// one event of the size first.
func flood(b *testing.B, first, size int) (url string) {
	start, wire := chunked(1, first), chunked(1+256<<10/size, size)
	return serveRaw(b, func(conn net.Conn) (err error) {
		_, err = conn.Write(start)
		for err == nil {
			_, err = conn.Write(wire)
		}
		return err
	})
}

// readLines reads n events as plainly as can be: by lines, with a copy of the data.
func readLines(b *testing.B, url string, n int) time.Duration {
	b.Helper()
	resp, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReaderSize(resp.Body, 64<<10)
	var data []byte
	began := time.Now()
	for n > 0 {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if text, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			data = append(data[:0], text...)
		} else {
			n--
		}
	}
	return time.Since(began)
}

// readSource reads n events through a Source, and gives the time from the first on.
func readSource(b *testing.B, url string, n int) time.Duration {
	b.Helper()
	s, err := New(Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var began time.Time
	var took time.Duration
	if err := s.Run(ctx, Handler{
		Event: func(Event) {
			if began.IsZero() {
				began = time.Now()
			}
			if n--; n == 0 {
				took = time.Since(began)
				cancel()
			}
		},
	}); err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkStream reads events from the loopback by lines and through a Source, turn and turn
// about. It gives both rates, how many times longer the Source takes, and its allocations.
func BenchmarkStream(b *testing.B) {
	for _, size := range []int{200, 4 << 10, 60 << 10} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			url := flood(b, size, size)
			n := 1 + 40<<20/size
			var lines, source time.Duration
			var allocs uint64
			rounds := 0
			for b.Loop() {
				rounds++
				lines += readLines(b, url, n)
				before := mallocs()
				source += readSource(b, url, n)
				allocs += mallocs() - before
			}
			events := float64(rounds * n)
			b.ReportMetric(events/lines.Seconds(), "lines-events/s")
			b.ReportMetric(events/source.Seconds(), "source-events/s")
			b.ReportMetric(source.Seconds()/lines.Seconds(), "times-lines")
			b.ReportMetric(float64(allocs)/events, "allocs/event")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// BenchmarkAfterLargeEvent compares a stream of events with one that began with a much larger event,
// which must leave nothing behind that makes the others slower.
func BenchmarkAfterLargeEvent(b *testing.B) {
	for _, size := range []int{200, 4 << 10} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			n := 40 << 20 / size
			plain, burdened := flood(b, size, size), flood(b, 1<<20, size)
			var without, with time.Duration
			for b.Loop() {
				without += readSource(b, plain, n)
				with += readSource(b, burdened, n)
			}
			b.ReportMetric(with.Seconds()/without.Seconds(), "times-without")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkQuietStreams gives what a stream costs on which little happens, the server's end of it
// (a goroutine and a buffer of 4 KiB) included.
func BenchmarkQuietStreams(b *testing.B) {
	const streams = 1000
	event := chunked(1, 200)
	url := serveRaw(b, func(conn net.Conn) error {
		if _, err := conn.Write(event); err != nil {
			return err
		}
		_, err := conn.Read(make([]byte, 1)) // until the client goes
		return err
	})
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		var running, opened sync.WaitGroup
		before := inUse()
		transport := NewTransport()
		for range streams {
			s, err := New(Options{URL: url, Transport: transport})
			if err != nil {
				b.Fatal(err)
			}
			opened.Add(1)
			running.Go(func() { s.Run(ctx, Handler{Event: func(Event) { opened.Done() }}) })
		}
		opened.Wait()
		b.ReportMetric(float64(inUse()-before)/streams/1024, "KiB/stream")
		cancel()
		running.Wait()
	}
	b.ReportMetric(0, "ns/op")
}

// inUse is how much memory heap and stacks take.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
