package scenarios

import "time"

// soundStream is the kind of those in which nothing is the matter.
const soundStream = 0

func sound() []scenario {
	hour := func(name string, play func(s *script)) scenario {
		return scenario{"sound: " + name, soundStream, func(s *script) {
			play(s)
			s.soundFor(time.Hour)
		}}
	}
	return []scenario{
		hour("results by chance", func(s *script) {
			s.well(chance(pick(s.dice, time.Second, 2*time.Second, 4*time.Second)))
			s.diagnose(0, "healthy")
		}),
	}
}
