package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"lenswatch/client"
	"lenswatch/watch"
)

// How long a request of a person may take.
const requestTimeout = 45 * time.Second

// batchMsg carries what came since the last one.
type batchMsg watch.Batch

// closedMsg says that no batch will come any more.
type closedMsg struct{}

// tickMsg comes once a second: ages change although nothing happens.
type tickMsg time.Time

// createdMsg is the answer to creating a session.
type createdMsg struct {
	lens    client.Lens
	inputs  map[string]string
	session client.Session
	err     error
}

// destroyedMsg is the answer to destroying a session.
type destroyedMsg struct {
	id      string
	name    string
	session client.Session
	err     error
}

func create(ctx context.Context, source watch.Source, l client.Lens, inputs map[string]string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		s, err := source.Create(ctx, l.Service, client.CreateRequest{LensID: l.ID, Inputs: inputs})
		return createdMsg{lens: l, inputs: inputs, session: s, err: err}
	}
}

func destroy(ctx context.Context, source watch.Source, r client.Session) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		s, err := source.Destroy(ctx, r.Service, r.ID)
		return destroyedMsg{id: r.ID, name: label(&r), session: s, err: err}
	}
}
