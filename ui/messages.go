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

// nextBatch waits for what comes next. It is the only command that reads the hub.
func nextBatch(ctx context.Context, hub *watch.Hub) tea.Cmd {
	return func() tea.Msg {
		b, err := hub.Next(ctx)
		if err != nil {
			return closedMsg{}
		}
		return batchMsg(b)
	}
}

// tick asks for the next whole second.
func tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

func create(ctx context.Context, hub *watch.Hub, l client.Lens, inputs map[string]string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		s, err := hub.Create(ctx, l.Service, client.CreateRequest{LensID: l.ID, Inputs: inputs})
		return createdMsg{lens: l, inputs: inputs, session: s, err: err}
	}
}

func destroy(ctx context.Context, hub *watch.Hub, r client.Session) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		s, err := hub.Destroy(ctx, r.Service, r.ID)
		return destroyedMsg{id: r.ID, name: label(&r), session: s, err: err}
	}
}
