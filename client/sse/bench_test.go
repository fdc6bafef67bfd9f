package sse

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
)

// flood answers every connection with an endless event stream of events of the given size, as a
// server would that writes what it has: chunks of several events.
func flood(b *testing.B, size int) string {
	b.Helper()
	event := "data: " + strings.Repeat("x", size-len("data: \n\n")) + "\n\n"
	var wire bytes.Buffer
	chunks := httputil.NewChunkedWriter(&wire)
	for wire.Len() < 256<<10 {
		fmt.Fprint(chunks, event)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
				for err == nil {
					_, err = conn.Write(wire.Bytes())
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// readLines reads n events as plainly as can be: by lines, with a copy of the data.
func readLines(b *testing.B, url string, n int) {
	b.Helper()
	resp, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReaderSize(resp.Body, 64<<10)
	var data []byte
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
}

func readSource(b *testing.B, url string, n int) {
	b.Helper()
	s, err := New(Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	err = s.Run(ctx, Handler{Event: func(Event) {
		if n--; n == 0 {
			cancel()
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStream reads events from the loopback, through a plain line reader and through a Source,
// turn and turn about, and gives both rates and their ratio.
func BenchmarkStream(b *testing.B) {
	for _, size := range []int{200, 4 << 10, 60 << 10} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			url := flood(b, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				_ = url
			}
			readSource(b, url, 100000)
			readLines(b, url, 100000)
		})
	}
}
