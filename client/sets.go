package client

import "slices"

// member is what a [Set] is of.
type member interface {
	Kind | Level
	String() string
}

// Set is a set of kinds or of levels. The zero value is empty.
type Set[T member] uint16

// Kinds are all kinds, in the order of the constants.
func Kinds() []Kind {
	return []Kind{KindOther, KindStart, KindHeartbeat, KindResult, KindLog, KindProgress, KindError, KindEnd, KindNotice}
}

// Levels are all levels, the mildest first.
func Levels() []Level { return []Level{LevelDebug, LevelInfo, LevelWarn, LevelError} }

// SetOf is the set of some kinds or levels.
func SetOf[T member](members ...T) (s Set[T]) {
	for _, m := range members {
		s |= 1 << m
	}
	return s
}

// Has reports whether m is in the set.
func (s Set[T]) Has(m T) bool { return s&(1<<m) != 0 }

// Of are those of some kinds or levels that are in the set, in their order.
func (s Set[T]) Of(members []T) []T {
	return slices.DeleteFunc(members, func(m T) bool { return !s.Has(m) })
}

// Words are the names of some kinds or levels.
func Words[T member](members []T) []string {
	words := make([]string, len(members))
	for i, m := range members {
		words[i] = m.String()
	}
	return words
}

// Named finds a kind or level by its name.
func Named[T member](word string, members []T) (found T, ok bool) {
	i := slices.Index(Words(members), word)
	if i < 0 {
		return 0, false
	}
	return members[i], true
}
