package simulator_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lenswatch/client/simulator"
)

// at follows keys and indices through decoded JSON.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			list, _ := v.([]any)
			if p >= len(list) {
				return nil
			}
			v = list[p]
		}
	}
	return v
}

// isText reports whether v is a sentence.
func isText(v any) bool {
	s, _ := v.(string)
	return len(s) > 10 && !strings.ContainsAny(s, "{}")
}

var labels = []string{"bearing_wear", "high_load", "idle", "normal"}

func isLabel(v any) bool {
	s, _ := v.(string)
	return slices.Contains(labels, s)
}

// areScores reports whether v maps the labels to numbers of a total, of which label has the most.
func areScores(v, label any, total float64, whole bool) bool {
	m, _ := v.(map[string]any)
	sum, top := 0.0, 0.0
	for _, name := range labels {
		n, ok := m[name].(float64)
		if !ok || n < 0 || whole && n != math.Trunc(n) {
			return false
		}
		sum += n
		top = max(top, n)
	}
	most, _ := label.(string)
	return len(m) == len(labels) && math.Abs(sum-total) < total/500 && (m[most] == top || whole)
}

func countNumbers(v any) int {
	switch v := v.(type) {
	case float64:
		return 1
	case []any:
		n := 0
		for _, item := range v {
			n += countNumbers(item)
		}
		return n
	}
	return 0
}

// variantTests look at one result, as decoded.
var variantTests = map[string]func(v any) bool{
	"v1": func(v any) bool { _, ok := at(v, "timestamp").(float64); return ok && isText(at(v, "data", "result")) },
	"v2": func(v any) bool {
		_, err := time.Parse(time.TimeOnly, fmt.Sprint(at(v, "event_data", "query_metadata", "sensor_timestamp")))
		return err == nil && isText(at(v, "event_data", "response", 0)) && countNumbers(at(v, "event_data", "query_metadata", "frame_ids")) == 5
	},
	"v2a": func(v any) bool {
		return isText(at(v, "event_data", "response", 0)) && at(v, "event_data", "sensor_timestamp") != nil && at(v, "event_data", "query_time_sec") != nil
	},
	"v2b": func(v any) bool { return isText(at(v, "event_data", "response")) },
	"v3": func(v any) bool {
		r := at(v, "event_data", "response")
		meta := at(v, "event_data", "query_metadata")
		return isLabel(at(r, 0)) && areScores(at(r, 1), at(r, 0), 1, false) &&
			at(meta, "query_timestamp") != nil && at(meta, "query_metadata", "read_index") != nil
	},
	"v3percent": func(v any) bool {
		r := at(v, "event_data", "response")
		return isLabel(at(r, 0)) && areScores(at(r, 1), at(r, 0), 100, false)
	},
	"v3votes": func(v any) bool {
		r := at(v, "event_data", "response")
		return isLabel(at(r, 0)) && areScores(at(r, 1), at(r, 0), 5, true)
	},
	"v3label": func(v any) bool {
		return isLabel(at(v, "event_data", "response", 0)) && at(v, "event_data", "response", 1) == nil
	},
	"v4": func(v any) bool {
		r := at(v, "event_data", "response")
		return countNumbers(at(r, 3)) == 768 && countNumbers(r) == 4*768 && at(v, "event_data", "read_index") != nil
	},
	"v4flat": func(v any) bool {
		r := at(v, "event_data", "response")
		_, flat := at(r, 3071).(float64)
		return flat && countNumbers(r) == 4*768
	},
	"v5": func(v any) bool { return isLabel(at(v, "event_data", "response", "class_name")) },
	"v6": func(v any) bool {
		return at(v, "kind") == "inference.result" && at(v, "type") == nil && isText(at(v, "payload", "result"))
	},
	"v7": func(v any) bool {
		return at(v, "type") == "lens.output" && isText(at(v, "event_data", "event_data", "response", 0))
	},
	"v7b": func(v any) bool { return isText(at(v, "response")) },
}

// hasVariant looks at the data of one result. v8 is no JSON, but a wrapping of it.
func hasVariant(t *testing.T, variant, data string) bool {
	if variant == "v8" {
		inner, begins := strings.CutPrefix(data, "b'")
		inner, ends := strings.CutSuffix(inner, "'")
		return begins && ends && isText(at(object(t, inner), "event_data", "response", 0))
	}
	return variantTests[variant](any(object(t, data)))
}

// results are the events that are neither of the stream itself nor remarks.
func results(events []event) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool {
		return slices.Contains([]string{"log.info", "frame.processed", "inference.error"}, e.typ()) || strings.HasPrefix(e.typ(), "sse.")
	})
}

func TestVariants(t *testing.T) {
	for _, variant := range simulator.Variants() {
		if variant == "mixed" {
			continue
		}
		for _, lens := range []string{simulator.LensActivityMonitor, simulator.LensMachineState, simulator.LensEmbedding} {
			inBubble(t, simulator.Config{Variant: variant}, func(w *world) {
				events, err := w.open(w.create(lens), "").during(12 * time.Second)
				got := results(events)
				if err != nil || len(got) < 2 {
					t.Fatalf("%s of %s: %d results, %v", variant, lens, len(got), err)
				}
				for _, e := range got {
					if !hasVariant(t, variant, e.data) && !(lens == simulator.LensMachineState && isLabelEverywhere(e.data)) {
						t.Errorf("%s of %s: %.300s", variant, lens, e.data)
					}
				}
			})
		}
	}
}

// isLabelEverywhere allows the machine-state lens to say its label where others say a sentence.
func isLabelEverywhere(data string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return strings.Contains(data, `"`+l+`"`) })
}

func TestMixedVariants(t *testing.T) {
	inBubble(t, simulator.Config{Variant: "mixed"}, func(w *world) {
		events, err := w.open(w.create(simulator.LensActivityMonitor), "").during(2 * time.Minute)
		got := results(events)
		names := simulator.Variants()
		names = names[:len(names)-1]
		if err != nil || len(got) < 2*len(names) {
			t.Fatalf("%d results, %v", len(got), err)
		}
		for i, e := range got {
			if name := names[i%len(names)]; !hasVariant(t, name, e.data) {
				t.Errorf("result %d is not %s: %.300s", i, name, e.data)
			}
		}
	})
}

func TestLensesChooseTheirVariant(t *testing.T) {
	for lens, variant := range map[string]string{
		simulator.LensActivityMonitor: "v2",
		simulator.LensMachineState:    "v3",
		simulator.LensEmbedding:       "v4",
	} {
		inBubble(t, simulator.Config{}, func(w *world) {
			events, err := w.open(w.create(lens), "").during(time.Minute)
			got := results(events)
			if err != nil || len(got) < 14 {
				t.Fatalf("%s: %d results, %v", lens, len(got), err)
			}
			for _, e := range got {
				if !hasVariant(t, variant, e.data) {
					t.Errorf("%s: %.300s", lens, e.data)
				}
			}
		})
	}
}

func TestMachineStateDrifts(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		events, err := w.open(w.create(simulator.LensMachineState), "").during(30 * time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		changes, seen, previous := 0, map[any]int{}, any(nil)
		for _, e := range results(events) {
			label := at(e.body, "event_data", "response", 0)
			seen[label]++
			if label != previous {
				changes++
			}
			previous = label
		}
		if len(seen) < 3 || changes < 15 || changes > 200 {
			t.Errorf("in half an hour: %d changes between %v", changes, seen)
		}
	})
}

func TestSentencesVary(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		sites := map[string]bool{}
		for range 3 {
			events, err := w.open(w.create(simulator.LensActivityMonitor), "").during(4 * time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			different, previous := map[string]bool{}, ""
			for _, e := range results(events) {
				text := at(e.body, "event_data", "response", 0).(string)
				if text == previous {
					t.Errorf("twice in a row: %s", text)
				}
				different[text], previous = true, text
			}
			if len(different) < 60 {
				t.Errorf("%d different sentences in four minutes", len(different))
			}
			sites[previous] = true
		}
		if len(sites) != 3 {
			t.Error("three sessions watch the same scene")
		}
	})
}

func TestRemarksAreOccasional(t *testing.T) {
	inBubble(t, simulator.Config{}, func(w *world) {
		events, err := w.open(w.create(simulator.LensMachineState), "").during(10 * time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		all := count(events, "inference.result")
		for typ, most := range map[string]int{"frame.processed": all / 4, "log.info": all / 10, "inference.error": all / 30} {
			if n := count(events, typ); n == 0 && most > 20 || n > most {
				t.Errorf("%d %s next to %d results", n, typ, all)
			}
		}
	})
}
