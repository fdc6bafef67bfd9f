package watch

import (
	"fmt"
	"testing"

	"lenswatch/client"
)

func TestStoreRemembersTheNewestRequests(t *testing.T) {
	s := NewStore(nil, NoHistory)
	for i := range 3 {
		var b Batch
		for j := range MaxRequests - 1 {
			b.Requests = append(b.Requests, client.Request{Request: fmt.Sprint(i, j)})
		}
		s.Apply(b)
	}
	got := s.Requests()
	if len(got) != MaxRequests || got[len(got)-1].Request != fmt.Sprint(2, MaxRequests-2) || got[0].Request != fmt.Sprint(1, MaxRequests-2) {
		t.Errorf("%d requests from %s to %s", len(got), got[0].Request, got[len(got)-1].Request)
	}
}
