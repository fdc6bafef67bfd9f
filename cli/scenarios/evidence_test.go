package scenarios

import "time"

const againstEvidence = 2

// evidence are those in which one cause looks like another, and one fact distinguishes them.
func evidence() []scenario {
	return []scenario{
		{"a second reader takes the events after a while", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(30, 60)
			s.readers, s.deaf = []step{{at, "1"}}, []window{{at, forever}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 40*time.Second, "another-reader").first("unknown")
			s.follow(4 * time.Minute)
		}},
		{"a second reader has the events already", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			s.readers, s.deaf = []step{{longAgo, "1"}}, []window{{longAgo, forever}}
			s.diagnose(3, "another-reader")
			s.from(0, 30*time.Second, "another-reader")
			s.follow(3 * time.Minute)
		}},
		{"a second reader takes the events and goes again", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			at, back := s.seconds(30, 60), s.seconds(150, 200)
			s.readers, s.deaf = []step{{at, "1"}, {back, "0"}}, []window{{at, back}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 40*time.Second, "another-reader")
			s.from(back, 15*time.Second, "healthy")
			s.follow(5 * time.Minute)
		}},
		{"a second reader is connected, and both have all", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			s.readers = []step{{longAgo, pick(s.dice, "1", "4")}}
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"a second reader is connected, and the lens stalls", againstEvidence, func(s *script) {
			s.stalls(-s.seconds(40, 300), about(s.anyPace()))
			s.readers = []step{{longAgo, "1"}}
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"outputs are counted and come to nobody", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(30, 60)
			s.deaf = []window{{at, forever}}
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "outputs-lost", "unknown").guess()
			s.follow(4 * time.Minute)
		}},
		{"outputs are counted and come to nobody, joined late", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			s.deaf = []window{{-10 * time.Minute, forever}}
			s.diagnose(3, "outputs-lost", "unknown")
			s.from(0, 30*time.Second, "outputs-lost", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
		{"everything comes 20 s late", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			for i := range s.items {
				s.items[i].late = 20 * time.Second
			}
			s.items = s.items[:max(0, len(s.items)-1)]
			s.from(0, 30*time.Second, "late", "healthy", "buffered")
			s.follow(5 * time.Minute)
		}},
		{"the mailbox has the outputs, and nothing says so", againstEvidence, func(s *script) {
			s.well(about(time.Second))
			s.mailbox, s.outputName = true, ""
			s.from(0, 90*time.Second, "wrong-channel", "healthy").first("outputs-lost")
			s.follow(4 * time.Minute)
		}},
		{"the lens names the mailbox", againstEvidence, func(s *script) {
			s.well(about(s.seconds(0.5, 2)))
			s.mailbox, s.outputName = true, "mailbox_writer"
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"the lens has no output", againstEvidence, func(s *script) {
			s.inputs(longAgo, forever, time.Second)
			s.outputName = ""
			s.diagnose(3, "no-output-stream", "pipeline-stalled")
			s.from(0, 60*time.Second, "no-output-stream", "pipeline-stalled")
			s.follow(3 * time.Minute)
		}},
		{"the lens names no output, and results come", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			s.outputName = ""
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"the lens names no output, outputs are counted, none come", againstEvidence, func(s *script) {
			s.well(about(s.anyPace()))
			s.outputName, s.deaf = "", []window{{longAgo, forever}}
			s.diagnose(3, "outputs-lost", "unknown")
			s.from(0, 45*time.Second, "outputs-lost", "unknown").guess()
			s.follow(3 * time.Minute)
		}},
	}
}
