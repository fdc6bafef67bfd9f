package agenthuman

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

// minutes is one kind of minutes.
type minutes struct {
	Total     *rest.Number `json:"total"`
	Used      *rest.Number `json:"used"`
	Remaining *rest.Number `json:"remaining"`
}

// usageRecord is what the service reports about the account.
type usageRecord struct {
	Period struct {
		End rest.Stamp `json:"end"`
	} `json:"period"`
	Included  minutes      `json:"included_minutes"`
	Purchased minutes      `json:"purchased_minutes"`
	Remaining *rest.Number `json:"total_remaining"`
	Active    *rest.Number `json:"active_minutes"`

	Concurrency struct {
		Current *rest.Number `json:"current"`
		Max     *rest.Number `json:"max"`
	} `json:"concurrency"`
	Plan struct {
		Key  rest.Text `json:"key"`
		Name rest.Text `json:"name"`
	} `json:"plan"`
}

// Usage asks what the account has used of its plan. The minutes of running sessions are deducted when
// they end, and are not yet missing from those that are left.
func (s *Service) Usage(ctx context.Context) (client.Usage, error) {
	r, err := s.usage(ctx, true)
	if err != nil {
		return client.Usage{}, err
	}
	return r.usage(), nil
}

func (s *Service) usage(ctx context.Context, repeat bool) (usageRecord, error) {
	body, err := s.rest.Do(ctx, rest.Call{Op: opUsage, Method: http.MethodGet, Path: "/usage", Repeat: repeat, Timeout: readTimeout})
	if err != nil {
		return usageRecord{}, err
	}
	var a struct {
		Usage jsontext.Value `json:"usage"`
	}
	var r usageRecord
	if rest.First(body) != '{' || json.Unmarshal(body, &a, rest.Lenient) != nil ||
		rest.First(a.Usage) != '{' || json.Unmarshal(a.Usage, &r, rest.Lenient) != nil {
		return usageRecord{}, misunderstood(opUsage)
	}
	return r, nil
}

func (r *usageRecord) usage() client.Usage {
	u := client.Usage{
		Plan: cmp.Or(r.Plan.Name, r.Plan.Key).Line(), MinutesTotal: orNegative(r.Included.Total), MinutesUsed: orNegative(r.Included.Used),
		MinutesLeft: orNegative(r.Remaining), Sessions: int(orNegative(r.Concurrency.Current)), MaxSessions: int(orNegative(r.Concurrency.Max)),
		PeriodEnd: r.Period.End.Time, Fetched: time.Now(),
	}
	if bought := orNegative(r.Purchased.Total); bought > 0 && u.MinutesTotal >= 0 {
		u.MinutesTotal += bought
		if left := orNegative(r.Purchased.Remaining); left >= 0 && u.MinutesUsed >= 0 {
			u.MinutesUsed += max(0, bought-left)
		}
	}
	return u
}

// orNegative is a value, negative if it was not reported.
func orNegative(n *rest.Number) float64 {
	if n == nil {
		return -1
	}
	return max(0, min(float64(*n), 1e9))
}
