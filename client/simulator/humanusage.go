package simulator

import "time"

// humanAvatars is the answer that lists avatars.
var humanAvatars = object{
	{"success", true},
	{"public_avatars", []object{
		{{"avatar_id", "PUBLIC/Avatars/sara-office"}, {"tags", []string{"office"}}},
		{{"avatar_id", "PUBLIC/Avatars/noah-studio"}, {"tags", []string{"studio"}}},
	}},
	{"my_avatars", []object{{{"avatar_id", "avat_01J8QZ4M7N3R5T6V8W9X0Y1Z2A"}, {"tags", []string{}}}}},
}

// usage is the account's numbers. Here, and here alone, a started session is called active.
func (h *human) usage(now time.Time) object {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(now)
	const layout = "2006-01-02T15:04:05.000Z"
	month := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	active := []object{}
	for _, s := range h.sessions {
		if s.status == "started" {
			active = append(active, object{
				{"session_id", s.id}, {"status", "active"}, {"started_at", s.started.UTC().Format(layout)},
				{"duration", int(now.Sub(s.started) / time.Second)},
			})
		}
	}
	return object{
		{"period", object{{"start", month.Format(layout)}, {"end", month.AddDate(0, 1, 0).Format(layout)}}},
		{"included_minutes", object{{"total", h.cfg.Minutes}, {"used", h.used}, {"remaining", h.left()}}},
		{"purchased_minutes", object{{"total", 0}, {"remaining", 0}}},
		{"total_remaining", h.left()},
		{"active_sessions", active},
		{"active_minutes", h.active(now)},
		{"concurrency", h.concurrency()},
		{"plan", object{
			{"key", "explorer"}, {"name", "Explorer"}, {"max_session_duration", h.cfg.MaxDuration.Minutes()}, {"will_renew", true},
		}},
	}
}
