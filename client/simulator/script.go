package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// message is one payload of a session.
type message struct {
	payload []byte
	result  bool
}

// script is what a session says by itself, in order. The same seed and ordinal give the same
// script; only times differ.
type script struct {
	kind    kind
	variant string // forced, "" if not
	rng     *rand.Rand
	jitter  *rand.Rand // of the time between ticks, so that the pace does not change the content
	teller  *storyteller
	queries *storyteller // answers model.query, apart from the stream's own content
	machine *machine
	walk    *walk
	turns   int
	frame   int
}

func newScript(s *session, rng *rand.Rand) *script {
	c := &script{
		kind:    kindOf(s.config),
		variant: s.sim.cfg.Variant,
		rng:     rng,
		jitter:  rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())),
		machine: newMachine(rng),
	}
	view := cameraScenes[(s.ordinal-1)%len(cameraScenes)]
	if c.kind.processor == "lens_sensor_logs_processor" {
		view = coldStore
	}
	c.teller = &storyteller{scene: view, rng: rng}
	c.queries = &storyteller{scene: view, rng: rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))}
	return c
}

// opening is what a session says when it starts running.
func (c *script) opening(now time.Time) []message {
	text := "Session started. Waiting for the first inputs."
	if c.kind.rates.tick == 0 {
		text = "Session started. This lens has no input of its own and echoes what it is sent."
	}
	return []message{logMessage(now, text)}
}

// turn is the next result, and sometimes what goes with it.
func (c *script) turn(now time.Time) []message {
	variant := c.nextVariant()
	out := []message{{result(variant, c.answer(variant), c.meta(now)), true}}
	c.turns++
	switch n := c.rng.IntN(100); {
	case n < 12:
		out = append(out, c.processed(now))
	case n < 16:
		out = append(out, logMessage(now, c.remark()))
	case n == 99 && c.turns > 5:
		out = append(out, message{payload: encode(object{
			{"type", "inference.error"},
			{"event_data", object{{"error_messages", []string{fmt.Sprintf("query_id: %s failed!", c.queryID())}}}},
		})})
	}
	return out
}

func (c *script) nextVariant() string {
	switch c.variant {
	case "":
		return c.kind.variant
	case variantMixed:
		return variantNames[c.turns%len(variantNames)]
	}
	return c.variant
}

// answer draws the content that a variant shows. A camera lens that is made to show scores gives
// those of a machine, an embedding lens that is made to show text those of a scene.
func (c *script) answer(variant string) answer {
	scores, vector := needs(variant)
	switch {
	case vector:
		if c.walk == nil {
			c.walk = newWalk(c.rng)
		}
		return c.walk.next()
	case scores || c.kind.variant == "v3":
		return c.machine.next()
	}
	return answer{text: c.teller.next()}
}

// reply answers a model.query.
func (c *script) reply() object {
	return object{{"response", []string{c.queries.next()}}, {"query_id", fmt.Sprintf("qry-%016x", c.queries.rng.Uint64())}}
}

func (c *script) queryID() string { return fmt.Sprintf("qry-%016x", c.rng.Uint64()) }

func (c *script) meta(now time.Time) meta {
	const window, totalRows = 1024, 1 << 20
	m := meta{
		now:        now,
		queryID:    c.queryID(),
		sensorID:   "cam-02",
		sensorTime: now.Format(time.TimeOnly),
		readIndex:  c.turns * window % totalRows,
		totalRows:  totalRows,
		fileID:     "pump-trial-3.csv",
		window:     window,
		seconds:    float64(300+c.rng.IntN(400)) / 1000,
	}
	if c.kind.windows {
		m.sensorID = "spindle-07"
	}
	for range 5 {
		m.frames = append(m.frames, c.frame)
		c.frame++
	}
	return m
}

// processed reports the frames or windows that the last result was made of.
func (c *script) processed(now time.Time) message {
	return message{payload: encode(object{
		{"type", "frame.processed"}, {"timestamp", unix(now)},
		{"event_data", object{{"frame_id", c.frame}, {"processing_time_sec", float64(20+c.rng.IntN(60)) / 1000}}},
	})}
}

// remarks are log lines of a healthy session.
var remarks = []string{
	"Inference latency p95 %d ms over the last 50 queries.",
	"Input buffer at %d %%.",
	"Model replica answered after %d ms.",
	"Key-value cache hit rate %d %%.",
}

func (c *script) remark() string {
	return fmt.Sprintf(remarks[c.rng.IntN(len(remarks))], 20+c.rng.IntN(70))
}

func logMessage(now time.Time, text string) message {
	return message{payload: encode(object{
		{"type", "log.info"}, {"timestamp", unix(now)}, {"event_data", object{{"message", text}}},
	})}
}

func errorMessage(text string) message {
	return message{payload: encode(object{{"type", "error"}, {"message", text}})}
}
