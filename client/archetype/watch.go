package archetype

import (
	"context"

	"lenswatch/client"
)

func (s *Service) Watch(ctx context.Context, id string, opts client.WatchOptions, sink func(client.Event)) error {
	return nil
}
