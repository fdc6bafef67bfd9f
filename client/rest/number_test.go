package rest

import (
	"testing"
	"time"
)

func TestTimestampsInEveryUnit(t *testing.T) {
	at := time.Date(2026, 11, 27, 8, 15, 30, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"1795767330":                       at,
		"1795767330.25":                    at.Add(250 * time.Millisecond),
		"1795767330123":                    at.Add(123 * time.Millisecond),
		"1795767330123456":                 at.Add(123456 * time.Microsecond),
		"1795767330123456789":              at.Add(123456789),
		"1.795767330123e12":                at.Add(123 * time.Millisecond),
		"2026-11-27T08:15:30Z":             at,
		"2026-11-27T09:15:30+01:00":        at,
		"2026-11-27 08:15:30.5+00:00":      at.Add(500 * time.Millisecond),
		"2026-11-27T08:15:30+0000":         at,
		"2026-11-27 08:15:30,250":          at.Add(250 * time.Millisecond),
		"2026-11-27T08:15:30":              at,
		"83.5":                             {},
		"0":                                {},
		"179576733":                        {},
		"17957673301":                      {},
		"08:15:30":                         {},
		"NaN":                              {},
		"1e400":                            {},
		"-1795767330":                      {},
		"2026-13-27T08:15:30":              {},
		"99999999999999999999999999999999": {},
	} {
		got, ok := ParseTime(text)
		if ok == want.IsZero() || ok && got.Sub(want).Abs() > time.Microsecond {
			t.Errorf("%q is %v (%v), want %v", text, got.UTC(), ok, want)
		}
	}
	if _, naive, _ := ParseTimestamp("2026-11-27T08:15:30"); !naive {
		t.Error("a date without a zone is taken for one that has one")
	}
	if _, naive, _ := ParseTimestamp("2026-11-27T08:15:30Z"); naive {
		t.Error("a date with a zone is taken for one that has none")
	}
}

func TestRepair(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":NaN}`:                       `{"a":0e0}`,
		`[Infinity,-Infinity]`:            `[0e000000,-0e000000]`,
		`{"a":"NaN \" Infinity","b":NaN}`: `{"a":"NaN \" Infinity","b":0e0}`,
		`{"NaN":1}`:                       `{"NaN":1}`,
		`{"a":1}`:                         `{"a":1}`,
		`"\\",NaN`:                        `"\\",0e0`,
		`{"a":"NaN`:                       `{"a":"NaN`,
		`{"a":"x\`:                        `{"a":"x\`,
	} {
		got, changed := Repair([]byte(in))
		if string(got) != want || changed != (in != want) || len(got) != len(in) {
			t.Errorf("%s became %s (%v)", in, got, changed)
		}
	}
}
