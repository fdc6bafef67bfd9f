package health

import "lenswatch/client"

// What a session says of itself when it is asked, by the names that the service has for it. It is quoted, and decides
// nothing: a session that calls itself valid may be mute all the same.
var (
	validated = check{
		source: "probe",
		test:   func(f *facts) answer { return when(f.answered(ProbeValidate)) },
		quote: func(f *facts) Evidence {
			problems := f.probes.newest[ProbeValidate].fail.text
			if problems == "" {
				problems = "is_valid true"
			}
			return Evidence{Metric: "session.validate", Value: problems}
		},
	}
	parameters = check{
		source: "probe",
		test: func(f *facts) answer {
			return when(f.answered(ProbeQuestion) && f.probes.newest[ProbeQuestion].fail.text != "")
		},
		quote: func(f *facts) Evidence {
			return Evidence{Metric: "session.get", Value: f.probes.newest[ProbeQuestion].fail.text}
		},
	}
	inputStreamID = check{
		source: "session record",
		test:   func(f *facts) answer { return when(f.rec.Whole()) },
		quote: func(f *facts) Evidence {
			return Evidence{Metric: "input_data_stream_id", Value: orNull(f.rec.InputStream)}
		},
	}
	outputStreamID = check{
		source: "session record",
		test:   func(f *facts) answer { return when(f.rec.Whole()) },
		quote: func(f *facts) Evidence {
			return Evidence{Metric: "output_data_stream_id", Value: orNull(f.rec.OutputStream)}
		},
	}
)

// answered reports whether a probe was answered.
func (f *facts) answered(k ProbeKind) bool {
	p := &f.probes.newest[k]
	return p.at != never && p.fail.remedy == client.RemedyNone
}

func orNull(id string) string {
	if id == "" {
		return "null"
	}
	return short(id, 80)
}
