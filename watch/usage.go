package watch

import (
	"context"

	"lenswatch/client"
)

// UsageReport is what an account has used of its plan.
type UsageReport struct {
	Service string
	Usage   client.Usage
}

// askUsage asks a service what the account has used, if it can say. A failure says nothing that the list does not.
func (h *Hub) askUsage(s client.Service) {
	a, ok := s.(client.Accountant)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, listTimeout)
	defer cancel()
	var u client.Usage
	err := h.guarded("usage", func() (err error) {
		u, err = a.Usage(ctx)
		return err
	})
	h.debug("usage", "service", s.Name(), "error", err)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pending.Usages = append(h.pending.Usages, UsageReport{s.Name(), u})
	h.signal()
}
