package pipeline_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch/pipeline"
)

// service is a session that notes what is done to it.
type service struct {
	client.Service
	status  []client.Status // one per look; the last one stays
	output  string
	refuses string
	did     []string
}

func (s *service) Session(context.Context, string) (client.Session, error) {
	st := s.status[0]
	if len(s.status) > 1 {
		s.status = s.status[1:]
	}
	return client.Session{Status: st, OutputStream: s.output}, nil
}

func (s *service) do(what string) error {
	s.did = append(s.did, what)
	if what == s.refuses {
		return &client.Error{Op: what, Kind: client.ErrRequest, Message: "refused"}
	}
	return nil
}

func (s *service) SetOutput(context.Context, string) error { return s.do("output") }
func (s *service) SetInput(_ context.Context, _ string, in client.Input) error {
	return s.do("input " + in.Kind.String() + " " + in.FileID)
}
func (s *service) Question(context.Context, string) (client.Question, error) {
	return client.Question{}, nil
}
func (s *service) SetQuestion(context.Context, string, client.QuestionChange) error { return nil }
func (s *service) Validate(context.Context, string) (client.Validation, error) {
	return client.Validation{}, nil
}
func (s *service) Push(context.Context, string, []byte) error { return nil }

func (s *service) Files(context.Context) ([]client.File, error) { return nil, nil }
func (s *service) Upload(_ context.Context, name string, _ io.Reader, progress func(int64)) (client.File, error) {
	progress(50)
	return client.File{ID: "id-of-" + name}, s.do("upload")
}

func run(t *testing.T, s *service, p pipeline.Plan) (string, error) {
	t.Helper()
	p.Opened = func(context.Context) error { return s.do("open") }
	var last string
	err := pipeline.Run(t.Context(), s, "lsn-1", p, func(p pipeline.Progress) { last = p.Text })
	if err == nil && last == "" {
		t.Error("nothing was reported")
	}
	return strings.Join(s.did, ", "), err
}

func TestInputIsSetLastOnAnOpenStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{status: []client.Status{client.StatusRegistered, client.StatusRegistered, client.StatusRunning}}
		file := &pipeline.File{Name: "trial.csv", Size: 100, Content: strings.NewReader("a\n1\n")}
		did, err := run(t, s, pipeline.Plan{Output: true, Input: &client.Input{}, File: file})
		if want := "upload, output, open, input csv id-of-trial.csv"; did != want || err != nil {
			t.Errorf("%s, %v; want %s", did, err, want)
		}
	})
}

func TestAnOutputIsNeverSetTwice(t *testing.T) {
	s := &service{status: []client.Status{client.StatusRunning}, output: "writer-1"}
	if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err != nil {
		t.Errorf("%q, %v", did, err)
	}
}

func TestTheFirstFailureEndsIt(t *testing.T) {
	s := &service{status: []client.Status{client.StatusRunning}, refuses: "output"}
	did, err := run(t, s, pipeline.Plan{Output: true, Input: &client.Input{Kind: client.InputRTSP}})
	if did != "output" || !errors.Is(err, client.ErrRequest) {
		t.Errorf("%q, %v", did, err)
	}
}

func TestASessionThatEndsOrNeverStartsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{status: []client.Status{client.StatusFailed}}
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err == nil || !strings.Contains(err.Error(), "ended") {
			t.Errorf("%q, %v", did, err)
		}
		s = &service{status: []client.Status{client.StatusRegistered}}
		began := time.Now()
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err == nil || time.Since(began) > 2*time.Minute {
			t.Errorf("%q, %v after %v", did, err, time.Since(began))
		}
	})
}
