package cli_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lenswatch/client/simulator"
)

// ending is how a command of the README comes to its end.
type ending struct {
	shows  []string // what is on the screen then, or at the end of what it writes
	keys   string   // what is typed then
	secret bool     // the keys are not shown
	code   int      // of the exit; that of lenswatch in a pipeline
	not    string   // why it is not run
}

const interrupt = "\x03"

// endings has every command of the README, as it stands there.
var endings = map[string]ending{
	"go run . demo": {shows: []string{"lenswatch demo", "Sessions", "live", "/s"}, keys: "q"},
	"go test ./...": {not: "it is what runs this test"},

	"export ATAI_API_KEY=…": {},
	"lenswatch":             {shows: []string{"lenswatch", "Sessions", "live", "/s"}, keys: "q"},
	"lenswatch lsn-251207a89f948ed4e30d8f80aaba77": {shows: []string{"Results · Activity Monitor", "● live", "/s"}, keys: "q"},
	"go install .":   {},
	"go run ./bench": {shows: []string{" ..."}, keys: interrupt, code: 1}, // the whole takes minutes

	"lenswatch demo":                                    {shows: []string{"lenswatch demo", "Sessions", "live", "/s"}, keys: "q"},
	"lenswatch [session...]":                            {shows: []string{"Results · Activity Monitor", "● live", "/s"}, keys: "q"},
	"lenswatch tail session...":                         {shows: []string{" result "}, keys: interrupt},
	"lenswatch tail session... -o text":                 {shows: []string{" result "}, keys: interrupt},
	"lenswatch tail --all":                              {shows: []string{" result "}, keys: interrupt},
	"lenswatch tail --all -o json | jq -r .text":        {shows: []string{"stream opened"}, keys: interrupt},
	"lenswatch tail --all --kind error --stall-exit 1m": {shows: []string{"connected to the SSE stream"}, keys: interrupt},
	"lenswatch tail --all --otlp http://127.0.0.1:4318": {shows: []string{" result "}, keys: interrupt},
	"lenswatch --record session.ndjson.zst":             {shows: []string{"Sessions", "live", "/s", "REC"}, keys: "q"},
	"lenswatch replay session.ndjson.zst":               {shows: []string{"lenswatch", "Sessions", "replay"}, keys: "q"},
	"lenswatch replay file":                             {shows: []string{"lenswatch", "Sessions", "replay"}, keys: "q"},
	"lenswatch replay file --no-tui":                    {shows: []string{" result "}},
	"lenswatch diagnose session...":                     {shows: []string{"Watching for up to", "verdict: session failed", "next: "}, code: 3},
	"lenswatch stats file":                              {shows: []string{"bytes", "similar texts"}},
	"lenswatch alerts":                                  {shows: []string{"No alert rules."}},
	"lenswatch alerts test file":                        {shows: []string{"no rules to test"}, code: 2},
	"lenswatch report session":                          {shows: []string{"## Newest events", "the session record says failed"}},
	"lenswatch sessions":                                {shows: []string{"AGE", "Activity Monitor"}},
	"lenswatch sessions -o json":                        {shows: []string{`{"service":"archetype","id":"lsn-`}},
	"lenswatch lenses":                                  {shows: []string{"MODEL", "Activity Monitor"}},
	"lenswatch lenses -o json":                          {shows: []string{`{"service":"archetype","id":"lns-`}},
	"lenswatch sessions create lens":                    {shows: []string{"lsn-"}},
	"lenswatch sessions destroy session...":             {shows: []string{"lenswatch did not create", "Destroy?"}, keys: "y\r"},
	"lenswatch sessions destroy --mine":                 {shows: []string{"no orphaned sessions"}},
	"lenswatch login":                                   noKeyring,
	"lenswatch logout":                                  {shows: []string{"No saved key of archetype"}},
	"lenswatch config show":                             {shows: []string{"API key of archetype", "environment ATAI_API_KEY"}},
	"lenswatch config path":                             {shows: []string{"config.toml"}},
	"lenswatch config init":                             {shows: []string{"config.toml"}},
	"lenswatch doctor":                                  {shows: []string{"endpoint", "key", "connect", "first byte", "clock", "open sessions: ", "terminal"}},
	"lenswatch simulate":                                {shows: []string{"export ATAI_API_ENDPOINT=", "export AGENTHUMAN_API_KEY="}, keys: interrupt},
	"lenswatch completion bash":                         {shows: []string{"complete"}},
	"lenswatch completion zsh":                          {shows: []string{"_lenswatch"}},
	"lenswatch completion fish":                         {shows: []string{"complete"}},
	"lenswatch man":                                     {shows: []string{".SH EXAMPLES"}},
	"lenswatch version":                                 {shows: []string{"commit ", runtime.GOOS + "/" + runtime.GOARCH}},
}

// noKeyring is what login comes to where the system has no keyring, as here.
var noKeyring = ending{
	shows: []string{"API key of archetype", "(input hidden):"}, keys: simulator.DefaultKey + "\r", secret: true, code: 1,
}

// Every command of the README does what it says. Each is typed into a shell, word for word and in the order of the
// page, from a clone on; lenswatch is what `go install .` has installed, and a simulator is the service.
func TestReadmeRuns(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "setsid"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("commands are typed into a shell with a terminal of its own: %v", err)
		}
	}
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	commands, unused := commandsOf(t, string(page)), maps.Clone(endings)
	for _, line := range commands {
		if _, ok := endings[line]; !ok {
			t.Errorf("the README has `%s`, and it is not known how that ends: say so in endings", line)
		}
		delete(unused, line)
	}
	for line := range unused {
		t.Errorf("endings has `%s`, and the README has it no more", line)
	}
	if t.Failed() {
		return
	}
	s := openShell(t)
	fill := strings.NewReplacer(placeholders(s)...)
	for _, line := range commands {
		if why := endings[line].not; why != "" {
			t.Logf("`%s` is not run: %s", line, why)
			continue
		}
		if strings.HasPrefix(line, "go ") {
			s.enter(root)
		} else {
			s.enter(s.work)
		}
		s.run(fill.Replace(withTools(t, line)), endings[line])
	}
	s.close()
}

// withTools leaves out of a pipeline what is not installed.
func withTools(t *testing.T, line string) string {
	t.Helper()
	command, _, piped := strings.Cut(line, " | jq ")
	if _, err := exec.LookPath("jq"); piped && err != nil {
		t.Logf("`%s` is run without jq, which is not installed", line)
		return command
	}
	return line
}

// placeholders are what the README has in place of something of one's own, each with what the simulator has.
func placeholders(s *shell) []string {
	s.t.Helper()
	session, spare, failed := s.session(), s.session(), s.session()
	s.control("faults", `{"fault": "failed=0s", "session": "`+failed+`"}`)
	recording := filepath.Join(s.work, "first.ndjson")
	cmd := exec.Command(program.Path(s.t), "tail", session, "--max-events", "5", "--record", recording)
	cmd.Env = append(s.env, "ATAI_API_KEY="+simulator.DefaultKey)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("a recording to replay: %v\n%s", err, out)
	}
	return []string{
		"KEY=…", "KEY=" + simulator.DefaultKey,
		"lsn-251207a89f948ed4e30d8f80aaba77", session,
		"[session...]", session,
		"diagnose session...", "diagnose " + failed,
		"destroy session...", "destroy " + spare,
		"session...", session,
		"create lens", "create " + simulator.LensActivityMonitor,
		"replay file", "replay " + recording,
		"alerts test file", "alerts test " + recording,
		"stats file", "stats " + recording,
		"report session", "report " + failed,
	}
}

var (
	codeSpan  = regexp.MustCompile("`([^`]+)`")
	isCommand = regexp.MustCompile(`^(lenswatch|go (run|test|install)) `)
	lastWord  = regexp.MustCompile(`\S+$`)
	operand   = regexp.MustCompile(` \S+\.\.\.$`)
)

// commandsOf are the commands of a page, each once: the lines of its blocks, its code spans that are commands, and
// its table of commands, where a span after the first stands for its last word, and the second column has flags.
func commandsOf(t *testing.T, page string) (commands []string) {
	t.Helper()
	add := func(lines ...string) {
		for _, line := range lines {
			if !slices.Contains(commands, line) {
				commands = append(commands, line)
			}
		}
	}
	block := false
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		switch {
		case strings.HasPrefix(line, "```"):
			block = !block
		case block && strings.Contains(line, "#"):
			t.Errorf("`%s`: zsh takes a comment that is typed for arguments", line)
		case block && line != "":
			add(line)
		case strings.HasPrefix(line, "<!--"):
		case strings.HasPrefix(line, "| `lenswatch ") && len(cells) > 2:
			add(rowCommands(spans(cells[1]), spans(cells[2]))...)
		default:
			for _, span := range spans(line) {
				if isCommand.MatchString(span) {
					add(span)
				}
			}
		}
	}
	return commands
}

func spans(text string) (out []string) {
	for _, m := range codeSpan.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ReplaceAll(m[1], "\x00", "|"))
	}
	return out
}

// rowCommands are the commands of a row, then each with each of its flags. A flag that stands for all of something
// takes the place of the names.
func rowCommands(commands, explained []string) []string {
	for i, c := range commands[1:] {
		commands[i+1] = lastWord.ReplaceAllLiteralString(commands[0], c)
	}
	out := slices.Clone(commands)
	for _, flag := range explained {
		if !strings.HasPrefix(flag, "-") {
			continue
		}
		for _, c := range commands {
			if flag == "--all" || flag == "--mine" {
				c = operand.ReplaceAllString(c, "")
			}
			out = append(out, c+" "+flag)
		}
	}
	return out
}
