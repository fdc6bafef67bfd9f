package health

import (
	"time"

	"lenswatch/client"
)

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
	// inputUnset is that the service itself says that the session has no input stream, and counts no input.
	inputUnset = check{
		says: "the record has input_data_stream_id null and counts no input", source: "session record",
		test: func(f *facts) answer {
			c := &f.counters
			if !f.rec.NoInputStream || f.rec.Status != client.StatusRunning || !c.in.reported || c.in.value > 0 || c.out.value > 0 || f.lastOutput != never {
				return answer{}
			}
			wait := unsetSettles
			if len(f.lens.inputs) > 0 {
				wait *= 2 // one of the lens's own may be on its way
			}
			a := from(max(f.first, 0)+tick(max(0, wait-f.registeredFor())), f.now)
			a.stated = a.found == yes && len(f.lens.inputs) == 0
			return a
		},
		quote: (*facts).inputsEvidence,
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

// unsetSettles is for how long a session may have existed before its input is set.
const unsetSettles = 10 * time.Second

func orNull(id string) string {
	if id == "" {
		return "null"
	}
	return short(id, 80)
}
