package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestRequestsAreBounded(t *testing.T) {
	var l RequestLog
	failed := &Error{Op: "list", Kind: ErrServer, Codes: []string{"c"}, UIDs: []string{"u"}, Message: strings.Repeat("x", 5000)}
	for i := range 3 * MaxRequests {
		l.Ended(Request{At: time.Now(), Request: fmt.Sprint(i)}, fmt.Errorf("no: %w", failed))
	}
	got, newest := l.Requests(0)
	if len(got) != MaxRequests || got[0].Request != fmt.Sprint(2*MaxRequests) || newest != 3*MaxRequests {
		t.Errorf("%d requests from %s, newest %d", len(got), got[0].Request, newest)
	}
	if r := got[0]; r.UIDs[0] != "u" || r.Codes[0] != "c" || len(r.Err) > maxFailure {
		t.Errorf("%+v", r)
	}
	l.Ended(Request{At: time.Now(), Request: "last"}, errors.New("x"))
	if got, newest = l.Requests(newest); len(got) != 1 || got[0].Request != "last" || newest != 3*MaxRequests+1 {
		t.Errorf("%+v, %d", got, newest)
	}
}
