package ui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"lenswatch/client"
)

// controlled is a fake whose sessions can be acted on. A lens "lns-mute" has neither output nor input.
type controlled struct {
	*fake
	did    []string
	refuse map[string]error // by what is done
	slow   time.Duration    // how long each request takes
	held   client.Question
	vague  bool // the record of a session does not say whether it has an output
}

func newControlled() *controlled {
	f := newFake()
	f.lenses[0].Inputs = []string{"video_file_reader"}
	f.lenses = append(f.lenses, client.Lens{Service: "fake", ID: "lns-mute", Name: "Mute Lens", Channel: client.ChannelNone, Processors: []string{"lens_timeseries_state_processor"}},
		client.Lens{Service: "fake", ID: "lns-yard", Name: "Yard", Channel: client.ChannelNone, Processors: []string{"lens_camera_processor"}})
	return &controlled{fake: f, refuse: map[string]error{}, held: client.Question{Focus: "people", Instruction: "Count them.\nNo cars."}}
}

func (c *controlled) Session(ctx context.Context, id string) (client.Session, error) {
	s, err := c.fake.Session(ctx, id)
	if !c.vague {
		s.TTL = 24 * time.Hour
	}
	return s, err
}

func (c *controlled) do(ctx context.Context, what string) error {
	select {
	case <-time.After(c.slow):
	case <-ctx.Done():
		return ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.did = append(c.did, what)
	name, _, _ := strings.Cut(what, " ")
	return c.refuse[name]
}

func (c *controlled) done() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.did, ", ")
}

func (c *controlled) Create(ctx context.Context, r client.CreateRequest) (client.Session, error) {
	if err := c.do(ctx, "create"); err != nil {
		return client.Session{}, err
	}
	return c.fake.Create(ctx, r)
}

func (c *controlled) SetOutput(ctx context.Context, id string) error { return c.do(ctx, "output") }

func (c *controlled) SetInput(ctx context.Context, _ string, in client.Input) error {
	what := "input " + in.Kind.String() + " " + in.FileID + in.URL
	if in.Loop || in.Window+in.Step > 0 {
		what += fmt.Sprintf(" window %d step %d loop %v", in.Window, in.Step, in.Loop)
	}
	return c.do(ctx, what)
}

func (c *controlled) Question(context.Context, string) (client.Question, error) { return c.held, nil }

func (c *controlled) SetQuestion(ctx context.Context, _ string, q client.QuestionChange) error {
	if err := c.do(ctx, "question"); err != nil {
		return err
	}
	if q.Focus != nil {
		c.held.Focus = *q.Focus
	}
	return nil
}

func (c *controlled) Validate(context.Context, string) (client.Validation, error) {
	return client.Validation{Valid: true}, nil
}

func (c *controlled) Push(context.Context, string, []byte) error { return nil }

func (c *controlled) Files(context.Context) ([]client.File, error) {
	return []client.File{{ID: "old.csv"}, {ID: "new.csv", Uploaded: time.Now()}, {ID: "notes.pdf"}}, nil
}

func (c *controlled) Upload(ctx context.Context, name string, content io.Reader, progress func(int64)) (client.File, error) {
	all, err := io.ReadAll(content)
	if err != nil {
		return client.File{}, err
	}
	progress(int64(len(all)))
	return client.File{ID: name}, c.do(ctx, "upload")
}

// open makes the fake's stream of a session say that it is open.
func (c *controlled) opened(id string) { c.say(id, client.KindStart, "stream opened", nil) }
