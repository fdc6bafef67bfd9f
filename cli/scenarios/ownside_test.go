package scenarios

import "time"

const ownSideOfIt = 4

// ownSide are those that are the viewer's own doing, or that of its machine.
func ownSide() []scenario {
	return []scenario{
		{"the viewer is stopped while results come", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			s.stops = []window{{at, at + s.seconds(20, 100)}}
			s.from(0, 5*time.Second, "healthy")
			s.follow(10 * time.Minute)
		}},
		{"the viewer is stopped, with few heartbeats and no results between", ownSideOfIt, func(s *script) {
			s.well(about(s.seconds(40, 50)))
			s.beatEvery = pick(s.dice, 5*time.Second, 15*time.Second, 30*time.Second)
			at := s.seconds(150, 200)
			s.stops = []window{{at, at + s.seconds(60, 110)}}
			s.from(0, 2*time.Minute, "healthy").first("unknown")
			s.follow(15 * time.Minute)
		}},
		{"the viewer is stopped, and stopped again", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			for range 4 {
				s.stops = append(s.stops, window{at, at + s.seconds(25, 60)})
				at += s.seconds(80, 120)
			}
			s.from(0, 5*time.Second, "healthy")
			s.follow(12 * time.Minute)
		}},
		{"the viewer is stopped, and the lens stalls meanwhile", ownSideOfIt, func(s *script) {
			at := s.seconds(100, 120)
			s.stalls(at+20*time.Second, about(s.anyPace()))
			s.stops = []window{{at, at + s.seconds(40, 100)}}
			s.from(0, 5*time.Second, "healthy")
			s.from(s.stops[0].to, 60*time.Second, "pipeline-stalled").first("healthy")
			s.follow(8 * time.Minute)
		}},
		{"the machine sleeps, and the connection is gone when it wakes", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(60, 90)
			s.stops = []window{{at, at + s.seconds(120, 400)}}
			s.network.drops = []time.Duration{at + time.Minute}
			s.from(0, 5*time.Second, "healthy")
			s.from(s.stops[0].to, 20*time.Second, "healthy").first("connection-lost", "network-down")
			s.follow(10 * time.Minute)
		}},
		{"no file descriptors are left", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.fails(longAgo, forever, "files")
			s.diagnose(1, "local-limit").saying("open files|file descriptors").not("check the network", "VPN")
			s.from(0, 10*time.Second, "local-limit")
			s.follow(time.Minute)
		}},
		{"no file descriptors are left when it has to reconnect", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(30, 60)
			s.network.drops = []time.Duration{at}
			s.network.fails(at, at+time.Minute, "files")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 10*time.Second, "local-limit").first("connection-lost")
			s.from(at+time.Minute, 45*time.Second, "healthy").first("connection-lost")
			s.follow(4 * time.Minute)
		}},
		{"nobody reads what tail prints", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			d := s.command(0, "tail", s.id).saying("behind|nobody reads|is blocked|not being read|does not keep up|cannot keep up")
			d.blocked, d.stop, d.within = window{5 * time.Second, 25 * time.Second}, 30*time.Second, 31*time.Second
		}},
		{"the service's clock is hours off", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			s.skew = pick(s.dice, -3*time.Hour, 2*time.Hour, 26*time.Hour, -90*time.Second, 40*time.Second)
			s.diagnose(0, "healthy")
			s.soundFor(10 * time.Minute)
		}},
		{"the service's clock is hours off, and the lens stalls", ownSideOfIt, func(s *script) {
			at := s.seconds(20, 60)
			s.stalls(at, about(s.anyPace()))
			s.skew = pick(s.dice, -3*time.Hour, 2*time.Hour, 26*time.Hour, -90*time.Second, 40*time.Second)
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 45*time.Second, "pipeline-stalled")
			s.follow(4 * time.Minute)
		}},
		{"the service's clock is hours off, and it stalled before", ownSideOfIt, func(s *script) {
			s.stalls(-s.seconds(40, 400), about(s.anyPace()))
			s.skew = pick(s.dice, -3*time.Hour, 2*time.Hour, 26*time.Hour, -90*time.Second, 40*time.Second)
			s.diagnose(3, "pipeline-stalled")
			s.from(0, joinedLate, "pipeline-stalled").sureBy(late)
			s.follow(4 * time.Minute)
		}},
		{"the service's clock is set while results come", ownSideOfIt, func(s *script) {
			s.well(about(s.anyPace()))
			for range 1 + s.r.IntN(3) {
				s.jumps = append(s.jumps, jump{s.seconds(60, 900), pick(s.dice, time.Hour, -time.Hour, 5*time.Minute, -40*time.Second)})
			}
			s.soundFor(20 * time.Minute)
		}},
	}
}
