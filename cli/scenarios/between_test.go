package scenarios

import "time"

const whatIsBetween = 9

// between are those in which something between the viewer and the service answers, or nothing does.
func between() []scenario {
	never := func(d *diagnosis) { d.not("API key rejected", "refuses the API key", "no such session") }
	notAPI := func(s *script, a answer, kinds ...string) *diagnosis {
		s.well(about(s.anyPace()))
		s.http(longAgo, forever, a, kinds...)
		d := s.diagnose(7, "wrong-endpoint", "server-error")
		never(d)
		s.from(0, 20*time.Second, "wrong-endpoint", "server-error")
		s.follow(time.Minute)
		return d
	}
	return []scenario{
		{"the proxy wants a password", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.proxy = "proxy.corp.test:3128"
			s.http(longAgo, forever, page(407, "Proxy Authentication Required", "Ask your administrator.", "Proxy-Authenticate", `Basic realm="corp"`), "any")
			never(s.diagnose(7, "proxy-refused").saying("proxy", "407"))
			s.from(0, 10*time.Second, "proxy-refused")
			s.follow(time.Minute)
		}},
		{"the proxy of an endpoint with TLS wants a password", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.proxy, s.network.https = "proxy.corp.test:3128", "tunnel"
			s.http(longAgo, forever, page(407, "Proxy Authentication Required", "Ask your administrator.", "Proxy-Authenticate", `Basic realm="corp"`), "any")
			never(s.diagnose(7, "proxy-refused").saying("proxy", "407|authentication required"))
			s.from(0, 10*time.Second, "proxy-refused")
			s.follow(time.Minute)
		}},
		{"doctor names the proxy that wants a password", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.proxy = "proxy.corp.test:3128"
			s.http(longAgo, forever, page(407, "Proxy Authentication Required", "Ask your administrator.", "Proxy-Authenticate", `Basic realm="corp"`), "any")
			s.command(7, "doctor").saying("proxy", "407").not("API key rejected")
		}},
		{"the proxy does not let the host through", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.proxy, s.network.https = "proxy.corp.test:3128", "tunnel"
			s.http(longAgo, forever, page(403, "Access denied", "This site is blocked."), "any")
			never(s.diagnose(7, "proxy-refused", "wrong-endpoint", "network-down").saying("proxy"))
			s.from(0, 10*time.Second, "proxy-refused", "wrong-endpoint", "network-down")
			s.follow(time.Minute)
		}},
		{"the endpoint has a wrong path", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.path = pick(s.dice, "/api/v1", "/v0.4", "/lens/v0.5")
			never(s.diagnose(7, "wrong-endpoint").orExit(2).saying("endpoint"))
			s.from(0, 15*time.Second, "wrong-endpoint")
			s.follow(time.Minute)
		}},
		{"everything leads to a login page", whatIsBetween, func(s *script) {
			notAPI(s, answer{status: 302, header: headers("Location", "https://login.corp.test/sso?next=1")}, "any").saying("login.corp.test")
		}},
		{"everything leads to a login page on the same host", whatIsBetween, func(s *script) {
			s.http(longAgo, forever, page(200, "Sign in", "Please sign in."), "other")
			notAPI(s, answer{status: 302, header: headers("Location", "/login?next=1")}, "lenses", "list", "entry", "status", "stream", "read", "info", "socket")
		}},
		{"a captive portal answers", whatIsBetween, func(s *script) {
			notAPI(s, page(200, "Welcome to Hotel WiFi", "Accept the terms to continue."), "any").saying("web page|HTML|captive|portal|sign-in|Hotel WiFi")
		}},
		{"a captive portal comes up while it is watched", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			at := s.seconds(30, 60)
			s.network.drops = []time.Duration{at}
			s.http(at, forever, page(200, "Welcome to Hotel WiFi", "Accept the terms to continue."), "any")
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 30*time.Second, "wrong-endpoint", "server-error").first("connection-lost")
			s.follow(2 * time.Minute)
		}},
		{"a firewall forbids all, by a web page", whatIsBetween, func(s *script) {
			notAPI(s, page(403, "Access Denied", "Your request was blocked by the security policy."), "any").saying("web page|HTML|firewall|Access Denied")
		}},
		{"a firewall forbids the stream, by a web page", whatIsBetween, func(s *script) {
			notAPI(s, page(403, "Attention Required! | Cloudflare", "Sorry, you have been blocked."), "stream").saying("web page|HTML|firewall|blocked|Attention")
		}},
		{"the certificate is not trusted", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.network.https = pick(s.dice, "self-signed", "expired")
			d := s.diagnose(7, "network-down", "wrong-endpoint", "certificate").saying("certificate")
			if s.network.https == "self-signed" {
				d.saying("SSL_CERT_FILE") // an authority of one's own
			}
			d.not("once the network is back", "Check the network, VPN")
			s.from(0, 10*time.Second, "network-down", "wrong-endpoint", "certificate")
			s.follow(time.Minute)
		}},
		{"the name is not found", whatIsBetween, func(s *script) { unreached(s, "dns").saying("DNS|name") }},
		{"nobody listens", whatIsBetween, func(s *script) { unreached(s, "refused").saying("refused") }},
		{"there is no way to the network", whatIsBetween, func(s *script) { unreached(s, "unreachable").saying("unreachable") }},
		{"connecting takes for ever", whatIsBetween, func(s *script) { unreached(s, "hang").saying("timeout|timed out|no answer|within 10 s") }},
		{"the network is down for a while", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			at, long := s.seconds(30, 60), s.seconds(10, 120)
			s.network.drops = []time.Duration{at}
			s.network.fails(at, at+long, pick(s.dice, "dns", "refused", "unreachable"))
			s.from(0, 5*time.Second, "healthy")
			s.from(at, 12*time.Second, "network-down").first("connection-lost")
			s.from(at+long, 45*time.Second, "healthy").first("connection-lost")
			s.follow(at + long + 3*time.Minute)
		}},
		{"every connection is cut after a minute", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			s.life, s.lifeEnd = pick(s.dice, 60*time.Second, 30*time.Second, 100*time.Second), pick(s.dice, "eof", "reset")
			s.ids = s.often(50)
			s.from(0, 5*time.Second, "healthy", "regular-cut", "connection-lost").first("server-loops")
			s.atSomeTime(3*s.life, 6*s.life, "regular-cut")
			s.follow(8 * s.life)
		}},
		{"a slow stream is cut after a minute", whatIsBetween, func(s *script) {
			s.well(about(s.seconds(20, 30)))
			s.life, s.lifeEnd = 60*time.Second, "reset"
			s.from(0, 90*time.Second, "healthy", "regular-cut", "connection-lost").first("unknown")
			s.atSomeTime(3*time.Minute, 7*time.Minute, "regular-cut")
			s.follow(8 * time.Minute)
		}},
		{"two cuts by chance", whatIsBetween, func(s *script) {
			s.well(about(s.anyPace()))
			a := s.seconds(100, 200)
			s.cuts = []cut{{a, "reset"}, {a + s.seconds(200, 300), "reset"}}
			s.from(0, 5*time.Second, "healthy", "connection-lost")
			s.follow(12 * time.Minute)
		}},
	}
}

// unreached is a service that connections cannot be made to.
func unreached(s *script, why string) *diagnosis {
	s.well(about(s.anyPace()))
	s.network.fails(longAgo, forever, why)
	d := s.diagnose(7, "network-down").not("API key rejected", "no such session")
	s.from(0, 25*time.Second, "network-down").first("connection-lost")
	s.follow(90 * time.Second)
	return d
}
