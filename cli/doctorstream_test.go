package cli

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

// An echo that does not arrive is a stalled session, one whose input was refused is not waited for, and the session is
// destroyed either way.
func TestDoctorSaysWhyThereIsNoEcho(t *testing.T) {
	for _, c := range []struct {
		fault string
		says  string
		is    error
		took  time.Duration // at most
		least time.Duration
	}{
		{simulator.FaultStall, "no echo within 30 s, though the stream is open", errStalled, 40 * time.Second, 30 * time.Second},
		{"refused", "HTTP 500", client.ErrServer, 15 * time.Second, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			sim, err := simulator.New(simulator.Config{})
			if err != nil {
				t.Fatal(err)
			}
			listener := memnet.Listen()
			served := make(chan error, 1)
			go func() { served <- sim.Serve(listener) }()
			transport := listener.Transport()
			svc, err := archetype.New(archetype.Options{
				Endpoint: "http://" + listener.Addr().String(), Key: archetype.NewSecret(simulator.DefaultKey), Transport: refusesPushes{transport, c.fault == "refused"},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				_ = sim.Close()
				<-served
				transport.CloseIdleConnections()
			}()
			if c.fault == simulator.FaultStall {
				if err := sim.Inject(simulator.Fault{Name: c.fault}); err != nil {
					t.Fatal(err)
				}
			}
			state := t.TempDir()
			env := Env{Stdout: io.Discard, Stderr: io.Discard, Getenv: func(name string) string { return map[string]string{"XDG_STATE_HOME": state}[name] }}
			began := time.Now()
			out := doctorStream(t.Context(), env, []client.Service{svc}, "")
			took := time.Since(began)
			i := slices.IndexFunc(out, func(r checkResult) bool { return r.what == "echo" })
			if i < 0 || !strings.Contains(out[i].found, c.says) || !errors.Is(out[i].err, c.is) {
				t.Fatalf("%s: %+v", c.fault, out)
			}
			if took > c.took || took < c.least {
				t.Errorf("%s: it took %v", c.fault, took)
			}
			if last := out[len(out)-1]; last.what != "cleanup" || last.err != nil {
				t.Errorf("%s: the session was not destroyed: %+v", c.fault, last)
			}
		})
	}
}

// refusesPushes answers session.update with HTTP 500.
type refusesPushes struct {
	http.RoundTripper
	on bool
}

func (r refusesPushes) RoundTrip(req *http.Request) (*http.Response, error) {
	if r.on && req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(text), "session.update") {
			return &http.Response{StatusCode: http.StatusInternalServerError, Status: "500 Internal Server Error", Body: http.NoBody, Header: http.Header{}, Request: req}, nil
		}
	}
	return r.RoundTripper.RoundTrip(req)
}
