package profile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/agenthuman"
	"lenswatch/client/archetype"
	"lenswatch/client/profile"
	"lenswatch/client/rest"
	"lenswatch/client/simulator"
	"lenswatch/client/simulator/memnet"
)

// wire is a transport that remembers all that is sent.
type wire struct {
	next http.RoundTripper
	mu   sync.Mutex
	sent []string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	w.mu.Lock()
	w.sent = append(w.sent, fmt.Sprint(r.Method, " ", r.URL, " ", r.Header, " ", string(body)))
	w.mu.Unlock()
	return w.next.RoundTrip(r)
}

func (w *wire) all() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.sent, "\n")
}

// account is a profile with a simulator of its own.
type account struct {
	wire        *wire
	lens, human client.Service
	session     string // as the profile calls it
}

// start begins an account, whose key is the profile's name with "-key" behind it.
func start(t *testing.T, name string) *account {
	sim, err := simulator.New(simulator.Config{Key: name + "-key"})
	if err != nil {
		t.Fatal(err)
	}
	network := memnet.Listen()
	transport := network.Transport()
	served := make(chan error, 1)
	go func() { served <- sim.Serve(network) }()
	synctest.Wait() // it serves
	a := &account{wire: &wire{next: transport}}
	t.Cleanup(func() {
		_ = sim.Close()
		transport.CloseIdleConnections()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	// One endpoint for all: two accounts of one service.
	lens, err := archetype.New(archetype.Options{Endpoint: "http://sim.test", Key: archetype.NewSecret(name + "-key"), KeyVariable: strings.ToUpper(name) + "_API_KEY", Transport: a.wire})
	if err != nil {
		t.Fatal(err)
	}
	human, err := agenthuman.New(agenthuman.Options{Endpoint: "http://sim.test/v1", Key: rest.NewSecret(simulator.DefaultHumanKey), KeyVariable: strings.ToUpper(name) + "_HUMAN_API_KEY", Transport: a.wire})
	if err != nil {
		t.Fatal(err)
	}
	a.lens, a.human = profile.Archetype(name, lens), profile.AgentHuman(name, human)
	id, err := sim.Create(simulator.LensActivityMonitor)
	if err != nil {
		t.Fatal(err)
	}
	a.session = name + ":" + id
	return a
}

// everything does all that can be done with a session.
func everything(ctx context.Context, s client.Service, id string) (failures []error) {
	focus := "helmets"
	note := func(err error) { failures = append(failures, err) }
	_, err := s.Session(ctx, id)
	note(err)
	watching, stop := context.WithTimeout(ctx, 3*time.Second)
	note(s.Watch(watching, id, client.WatchOptions{}, func(client.Event) {}))
	stop()
	_, err = s.(client.Recorder).Record(ctx, id)
	note(err)
	if c, ok := s.(client.Controller); ok {
		note(c.SetInput(ctx, id, client.Input{Kind: client.InputCSV, FileID: "a.csv"}))
		note(c.SetQuestion(ctx, id, client.QuestionChange{Focus: &focus}))
		_, err = c.Question(ctx, id)
		note(err)
		_, err = c.Validate(ctx, id)
		note(err)
		note(c.Push(ctx, id, []byte(`{"a":1}`)))
		note(c.SetOutput(ctx, id))
		_, err = s.(client.Mailboxer).Mailbox(ctx, id)
		note(err)
	}
	_, err = s.Destroy(ctx, id)
	return append(failures, err)
}

func TestNothingOfAProfileReachesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prod, stage := start(t, "prod"), start(t, "stage")
		if own, other := strings.TrimPrefix(prod.session, "prod:"), strings.TrimPrefix(stage.session, "stage:"); own != other {
			t.Fatalf("the accounts have sessions of other IDs, %s and %s, so that this proves less", own, other)
		}
		for _, service := range []client.Service{stage.lens, stage.human} {
			for i, err := range everything(t.Context(), service, prod.session) {
				if !errors.Is(err, client.ErrRequest) || !strings.Contains(err.Error(), "does not belong to profile stage") {
					t.Errorf("%s, step %d: %v", service.Name(), i, err)
				}
			}
			if curl := service.(client.Curler).Curl(prod.session); curl != "" {
				t.Errorf("%s gives a command for a session of prod: %s", service.Name(), curl)
			}
			if service.(client.Claimer).Claims(prod.session) {
				t.Errorf("%s claims a session of prod", service.Name())
			}
		}
		if sent := stage.wire.all(); sent != "" {
			t.Errorf("about a session of prod stage was sent\n%s", sent)
		}
		for i, err := range everything(t.Context(), prod.lens, prod.session) {
			if errors.Is(err, client.ErrRequest) && strings.Contains(err.Error(), "profile") {
				t.Errorf("step %d: %v", i, err)
			}
		}
		sent := prod.wire.all()
		if stage := stage.wire.all(); stage != "" || !strings.Contains(sent, strings.TrimPrefix(prod.session, "prod:")) || strings.Contains(sent, "prod:") ||
			!strings.Contains(sent, "prod-key") || strings.Contains(sent, "stage-key") {
			t.Errorf("prod was sent\n%s\nand stage\n%s", sent, stage)
		}
	})
}

func TestAllThatAProfileSaysIsNamedAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, ctx := start(t, "prod"), t.Context()
		lens := a.lens
		lenses, err := lens.Lenses(ctx)
		if err != nil || lenses[0].Service != "prod:archetype" {
			t.Errorf("%+v, %v", lenses, err)
		}
		made, err := lens.Create(ctx, client.CreateRequest{LensID: simulator.LensMachineState})
		if err != nil || !strings.HasPrefix(made.ID, "prod:") || !lens.(client.Claimer).Claims(made.ID) {
			t.Errorf("created %+v, %v", made, err)
		}
		listed, err := lens.Sessions(ctx)
		audited, auditErr := lens.(client.Auditor).AllSessions(ctx)
		one, oneErr := lens.Session(ctx, made.ID)
		if err := errors.Join(err, auditErr, oneErr); err != nil || len(listed) != 2 || len(audited) < 2 {
			t.Fatal(listed, audited, err)
		}
		for _, s := range append(append(listed, audited...), one, made) {
			if s.Service != "prod:archetype" || !strings.HasPrefix(s.ID, "prod:lsn-") {
				t.Errorf("%+v", s)
			}
		}
		watching, stop := context.WithTimeout(ctx, 10*time.Second)
		defer stop()
		events := 0
		err = lens.Watch(watching, made.ID, client.WatchOptions{}, func(ev client.Event) {
			if events++; ev.Service != "prod:archetype" || ev.Session != made.ID {
				t.Errorf("%+v", ev)
			}
		})
		if err != nil || events < 3 {
			t.Errorf("%d events, %v", events, err)
		}
		requests, _ := lens.(client.Requester).Requests(0)
		about := map[string]bool{}
		for _, r := range requests {
			about[r.Session] = true
		}
		if want := map[string]bool{"": true, made.ID: true}; !reflect.DeepEqual(about, want) {
			t.Errorf("requests are about %v, want %v", about, want)
		}
		if curl := lens.(client.Curler).Curl(made.ID); !strings.Contains(curl, "$PROD_API_KEY") || strings.Contains(curl, "prod:") || strings.Contains(curl, "ATAI") {
			t.Error(curl)
		}
		if curl := a.human.(client.Curler).Curl("prod:sess_x"); !strings.Contains(curl, "$PROD_HUMAN_API_KEY") || a.human.(client.Claimer).Claims(made.ID) {
			t.Error(curl)
		}
	})
}

// A method of a client that takes the ID of a session and is not a profile's own would be sent the profile's ID.
func TestNoMethodWithAnIDIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := start(t, "prod")
		id := reflect.TypeFor[string]()
		for _, s := range []client.Service{a.lens, a.human} {
			v := reflect.ValueOf(s)
			for i := range v.NumMethod() {
				name, m := v.Type().Method(i).Name, v.Method(i)
				if name == "Claims" || name == "Curl" || name == "Upload" || m.Type().NumIn() == 0 {
					continue
				}
				args, takesID := []reflect.Value{}, false
				for j := range m.Type().NumIn() {
					switch in := m.Type().In(j); in {
					case reflect.TypeFor[context.Context]():
						args = append(args, reflect.ValueOf(t.Context()))
					case id:
						args, takesID = append(args, reflect.ValueOf("stage:lsn-1")), true
					case reflect.TypeFor[func(client.Event)]():
						args = append(args, reflect.ValueOf(func(client.Event) {}))
					default:
						args = append(args, reflect.Zero(in))
					}
				}
				if !takesID {
					continue
				}
				out := m.Call(args)
				if err, _ := out[len(out)-1].Interface().(error); err == nil || !strings.Contains(err.Error(), "does not belong to profile prod") {
					t.Errorf("%s.%s passes an ID of another profile on: %v", s.Name(), name, err)
				}
			}
		}
	})
}
