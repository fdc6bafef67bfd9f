package rest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// drip is a body of which a byte arrives each second.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	if err := rest.Sleep(d.ctx, time.Second); err != nil {
		return 0, err
	}
	p[0] = ' '
	return 1, nil
}

// A service that drips is given up four times over: each time it is said at once, and asking it to stop
// stops it.
func TestRetriesAreSaidAsTheyHappen(t *testing.T) {
	services := map[string]roundTrip{
		"body": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(drip{r.Context()})}, nil
		},
		"headers": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
	}
	for name, service := range services {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, err := rest.New(rest.Options{
					Endpoint: "http://service.test", Transport: service, Header: "x-api-key", Key: rest.NewSecret("k"),
					Failure: func(string, int, http.Header, []byte) *client.Error { return nil },
				})
				if err != nil {
					t.Fatal(err)
				}
				start, heard := time.Now(), []time.Duration{}
				ctx, stop := context.WithCancel(t.Context())
				ctx = client.OnRetry(ctx, func(r client.Retry) {
					heard = append(heard, time.Since(start).Truncate(time.Second))
					if !errors.Is(r.Err, client.ErrNetwork) || r.Attempt != len(heard)+1 {
						t.Errorf("%+v", r)
					}
					if len(heard) == 2 {
						stop()
					}
				})
				_, err = c.Do(ctx, rest.Call{Op: "list", Method: http.MethodGet, Path: "/", Repeat: true, Timeout: 15 * time.Second})
				if err == nil || len(heard) != 2 || heard[0] != 15*time.Second || time.Since(start) > 32*time.Second {
					t.Errorf("%v, heard after %v, ended after %v", err, heard, time.Since(start))
				}
			})
		})
	}
}
