package client

import (
	"context"

	"lenswatch/client/units"
)

type unreadKey struct{}

// OnUnread gives a context in which f gets to know how many records of a list could not be read, and are left out of it. It is called
// by whichever goroutine reads the list, and only where there are such.
func OnUnread(ctx context.Context, f func(records int)) context.Context {
	return context.WithValue(ctx, unreadKey{}, f)
}

// Unread calls the function given by [OnUnread].
func Unread(ctx context.Context, records int) {
	if f, ok := ctx.Value(unreadKey{}).(func(int)); ok && records > 0 {
		f(records)
	}
}

// WhyUnread is why records cannot be read.
const WhyUnread = "without an ID, longer than 1 MiB, or nested too deep"

// UnreadText says that records of a list are left out of it, and why that may be.
func UnreadText(records int) string {
	return units.Plural(int64(records), "record") + " could not be read: " + WhyUnread
}
