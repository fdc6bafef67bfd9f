package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lenswatch/client/simulator/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(b)
		})}
		go func() { _ = srv.Serve(l) }()
		defer srv.Close()
		transport := l.Transport()
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		long := strings.Repeat("all of it arrives ", 100_000)
		for range 3 {
			resp, err := client.Post("http://anything.test/", "text/plain", strings.NewReader(long))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(got) != long {
				t.Fatalf("%d of %d bytes came back: %v", len(got), len(long), err)
			}
		}
	})
}

func TestCloseFreesEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		accepted := make(chan net.Conn, 1)
		refused := make(chan error, 1)
		go func() {
			c, err := l.Accept()
			if err != nil {
				t.Error(err)
			}
			accepted <- c
			_, err = l.Accept()
			refused <- err
		}()
		here, err := l.DialContext(t.Context(), "tcp", "x:80")
		if err != nil {
			t.Fatal(err)
		}
		there := <-accepted
		failed := make(chan error, 2)
		go func() {
			_, err := here.Read(make([]byte, 1))
			failed <- err
		}()
		go func() {
			for { // nobody reads the far end
				if _, err := here.Write([]byte("x")); err != nil {
					failed <- err
					return
				}
			}
		}()
		synctest.Wait()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := <-failed; err == nil {
				t.Error("a call on a closed connection succeeded")
			}
		}
		if _, err := there.Write([]byte("x")); err == nil {
			t.Error("the accepted end is still open")
		}
		if err := <-refused; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
		if _, err := l.DialContext(t.Context(), "tcp", "x:80"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("dial after Close: %v", err)
		}
		if err := l.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}

func TestDialWaitsForAcceptWithinItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		defer l.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		if _, err := l.DialContext(ctx, "tcp", "x:80"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("dial without Accept: %v", err)
		}
		if d := time.Since(began); d != time.Minute {
			t.Errorf("it waited %v", d)
		}
	})
}

func TestCutAndFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		defer l.Close()
		accepted := make(chan net.Conn, 2)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				accepted <- c
			}
		}()
		here, err := l.DialContext(t.Context(), "tcp", "x:80")
		if err != nil {
			t.Fatal(err)
		}
		there := <-accepted
		l.Cut()
		if _, err := here.Read(make([]byte, 1)); err == nil {
			t.Error("the dialled end is still open")
		}
		if _, err := there.Read(make([]byte, 1)); err == nil {
			t.Error("the accepted end is still open")
		}
		down := errors.New("network is unreachable")
		l.Fail(down)
		if _, err := l.DialContext(t.Context(), "tcp", "x:80"); !errors.Is(err, down) {
			t.Errorf("dial on a broken network: %v", err)
		}
		l.Fail(nil)
		if _, err := l.DialContext(t.Context(), "tcp", "x:80"); err != nil {
			t.Errorf("dial on a network that works again: %v", err)
		}
	})
}

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		defer l.Close()
		go func() { _, _ = l.Accept() }()
		c, err := l.DialContext(t.Context(), "tcp", "x:80")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		var timeout net.Error
		if _, err := c.Write([]byte("nobody reads")); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("a write that nobody reads: %v", err)
		}
	})
}
