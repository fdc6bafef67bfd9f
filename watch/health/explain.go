package health

import "slices"

// What a verdict says besides its sentence: its evidence, what was ruled out, and what is still open.

// evidence is what the checks of a rule found.
func (f *facts) evidence(r *rule) (out []Evidence) {
	for _, checks := range [][]check{r.needs, r.supports, r.context} {
		for _, c := range checks {
			if c.quote == nil || c.test(f).found != yes {
				continue
			}
			e := c.quote(f)
			if e.Source == "" {
				e.Source = c.source
			}
			if !slices.ContainsFunc(out, func(x Evidence) bool { return x.Metric == e.Metric }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// ruledOut is every other verdict that was in question, with the first reason against it.
func (f *facts) ruledOut(given *rule) (out []RuledOut) {
	for _, group := range rules() {
		for i := range group {
			r := &group[i]
			if r.Code == given.Code {
				continue
			}
			if why := f.reason(r); why != "" {
				out = append(out, RuledOut{Verdict: r.Code, Name: r.Name, Because: why})
			}
		}
	}
	return out
}

// reason is why a rule does not fit; empty if it is not in question.
func (f *facts) reason(r *rule) string {
	for _, c := range r.against {
		if c.met != nil && c.test(f).found == yes {
			return c.met(f)
		}
	}
	for _, c := range r.needs {
		if c.test(f).found == no {
			if c.unmet != nil {
				return c.unmet(f)
			}
			return ""
		}
	}
	return ""
}

// maxAwaits is how many things a verdict names that it waits for.
const maxAwaits = 3

// awaits is what would settle the question: the end of a doubt about the verdict given, and what other
// verdicts that are not ruled out lack.
func (f *facts) awaits(given *rule, c Confidence) (out []Await) {
	add := func(c *check) {
		what := "whether " + c.says
		if a := c.test(f); a.found == pending && !slices.ContainsFunc(out, func(x Await) bool { return x.What == what }) {
			out = append(out, Await{What: what, By: f.time(a.by)})
		}
	}
	if c == High {
		return nil
	}
	doubts := given.doubts
	if f.suspect != nil {
		doubts = f.suspect.doubts
	}
	for i := range doubts {
		if a := doubts[i].test(f); a.found == yes && a.by > f.now {
			out = append(out, Await{What: doubts[i].says, By: f.time(a.by)})
		}
	}
	for _, group := range rules() {
		for i := range group {
			r := &group[i]
			if c != Low && given.Code != Unknown || r.Code == given.Code || r.Severity == OK || f.reason(r) != "" {
				continue
			}
			open, blocked := 0, false
			for j := range r.needs {
				switch r.needs[j].test(f).found {
				case pending:
					open++
				case no:
					blocked = true
				}
			}
			for j := range r.needs {
				if open > 0 && !blocked {
					add(&r.needs[j])
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Await) int { return a.By.Compare(b.By) })
	return out[:min(len(out), maxAwaits)]
}
