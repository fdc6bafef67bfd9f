package client

import (
	"slices"
	"testing"
)

// Every kind and level that has a name is in its list, and can be found by that name.
func TestKindsAndLevelsAreComplete(t *testing.T) {
	for k := Kind(0); k.String() != "unknown"; k++ {
		if got, ok := Named(k.String(), Kinds()); !ok || got != k {
			t.Errorf("%s is found as %v, %v", k, got, ok)
		}
	}
	for l := Level(0); l.String() != "unknown"; l++ {
		if got, ok := Named(l.String(), Levels()); !ok || got != l {
			t.Errorf("%s is found as %v, %v", l, got, ok)
		}
	}
	if _, ok := Named("resul", Kinds()); ok {
		t.Error("a name that is none is found")
	}
}

func TestSet(t *testing.T) {
	s := SetOf(KindNotice, KindStart)
	if !s.Has(KindStart) || s.Has(KindOther) || s.Has(KindEnd) {
		t.Errorf("%b", s)
	}
	if got := Words(s.Of(Kinds())); !slices.Equal(got, []string{"start", "notice"}) {
		t.Error(got)
	}
	if got := Words(SetOf(LevelError, LevelDebug).Of(Levels())); !slices.Equal(got, []string{"debug", "error"}) {
		t.Error(got)
	}
}
