package agenthuman

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// The one lens that is offered: what a session runs is given by its fields.
const (
	lensID   = "avatar-session"
	lensName = "Avatar session"
)

// The names of the fields.
const (
	fieldAvatar   = "avatar"
	fieldAspect   = "aspect_ratio"
	fieldPlatform = "room_platform"
	fieldURL      = "room_url"
	fieldToken    = "room_token"
)

// maxValue bounds a field in bytes: an avatar may be an image, of which the service takes 10 MB, as
// text a third longer.
const maxValue = 14 << 20

// fields are what is required before a session can start. AgentHuman joins a room that the caller
// provides.
func fields() []client.Field {
	return []client.Field{
		{Name: fieldAvatar, Label: "Avatar", Hint: "avat_…, or an image URL on paid plans", Required: true},
		{Name: fieldAspect, Label: "Aspect ratio", Default: "4:3", Options: []string{"4:3", "3:4", "1:1"}},
		{Name: fieldPlatform, Label: "Room platform", Default: "livekit", Options: []string{"livekit", "daily"}, Required: true},
		{Name: fieldURL, Label: "Room URL", Hint: "URL of the room the avatar should join", Required: true},
		{Name: fieldToken, Label: "Room token", Hint: "required for LiveKit", Secret: true},
	}
}

// Lenses offers an avatar session. It makes no request: which avatars can be used depends on the plan,
// and an image can be one too.
func (s *Service) Lenses(context.Context) ([]client.Lens, error) {
	return []client.Lens{{Service: name, ID: lensID, Name: lensName, Channel: client.ChannelPoll, Fields: fields()}}, nil
}

// createBody is what is sent.
type createBody struct {
	Avatar string `json:"avatar"`
	Aspect string `json:"aspect_ratio"`
	Room   room   `json:"room"`
}

type room struct {
	Platform string `json:"platform"`
	URL      string `json:"url"`
	Token    string `json:"token,omitzero"`
}

// Create starts a session, by one request. What is missing or wrong in the inputs is found before
// anything is sent. Where it cannot be known whether the service received the request, the error wraps
// [client.ErrUncertain].
func (s *Service) Create(ctx context.Context, req client.CreateRequest) (client.Session, error) {
	in, err := readInputs(req)
	if err != nil {
		return client.Session{}, &client.Error{Op: opCreate, Kind: client.ErrRequest, Message: err.Error()}
	}
	body, err := s.rest.Do(ctx, rest.Call{
		Op: opCreate, Method: http.MethodPost, Path: "/sessions", Object: true, Timeout: writeTimeout,
		Hide: []rest.Secret{rest.NewSecret(in[fieldToken]), rest.NewSecret(in[fieldURL])},
		Body: createBody{
			Avatar: in[fieldAvatar], Aspect: in[fieldAspect],
			Room: room{Platform: in[fieldPlatform], URL: in[fieldURL], Token: in[fieldToken]},
		},
	})
	if err != nil {
		return client.Session{}, client.Uncertain(opCreate, err)
	}
	t, ok := decodeOne(body)
	if !ok {
		return client.Session{}, client.Uncertain(opCreate, misunderstood(opCreate))
	}
	s.poller.putSample(t)
	return t.session, nil
}

// readInputs checks the values of the fields and fills in defaults. Errors repeat no value: it may be
// a secret in the wrong place.
func readInputs(req client.CreateRequest) (map[string]string, error) {
	if req.LensID != "" && req.LensID != lensID {
		return nil, fmt.Errorf("AgentHuman only runs avatar sessions; the lens is %s", lensID)
	}
	list, in := fields(), map[string]string{}
	for name := range req.Inputs {
		if !slices.ContainsFunc(list, func(f client.Field) bool { return f.Name == name }) {
			return nil, fmt.Errorf("avatar sessions have no field %q", client.Line1(name))
		}
	}
	for _, f := range list {
		v := cmp.Or(strings.TrimSpace(req.Inputs[f.Name]), f.Default)
		switch {
		case v == "" && f.Required:
			return nil, fmt.Errorf("%s is required: %s", f.Name, f.Label)
		case len(v) > maxValue:
			return nil, fmt.Errorf("%s is longer than %d MiB", f.Name, maxValue>>20)
		case strings.ContainsFunc(v, unicode.IsControl):
			return nil, fmt.Errorf("%s contains a line break or another control character; copy it again", f.Name)
		case v != "" && f.Options != nil && !slices.Contains(f.Options, v):
			return nil, fmt.Errorf("%s must be one of %s", f.Name, strings.Join(f.Options, ", "))
		}
		in[f.Name] = v
	}
	return in, checkRoom(in)
}

// checkRoom checks what the fields of a room have to be together.
func checkRoom(in map[string]string) error {
	u, err := url.Parse(in[fieldURL])
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"https", "wss", "http", "ws"}, u.Scheme) {
		return fmt.Errorf("%s must be a URL that starts with https:// or wss:// and a host", fieldURL)
	}
	if in[fieldPlatform] == "livekit" && in[fieldToken] == "" {
		return fmt.Errorf("%s is required for LiveKit rooms", fieldToken)
	}
	return nil
}
