package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/watch/custody"
	"lenswatch/watch/pipeline"
)

// createTimeout is how long a create may take; the service waits for its workers.
const createTimeout = time.Minute

// createOptions are the flags of sessions create.
type createOptions struct {
	params []string
	input  string
	source inputOptions
	output string
}

func newCreate(env Env) *cobra.Command {
	o := &createOptions{}
	cmd := &cobra.Command{
		Use:   "create lens",
		Short: "Create a session and print its ID",
		Long: `create starts a session of a lens, given by ID or by a unique name, and prints the session ID. The session keeps
running, and counts against the quota, until it is destroyed.

If the lens has parameters, pass them with --param name=value; "lenswatch lenses -o json" lists them as fields.
--input makes the session read a file or a camera, as "lenswatch sessions set-input" does, and adds an output if it
has none.

Secret values are not accepted as arguments: set the environment variable LENSWATCH_PARAM_NAME (the field name in
upper case), or pass --param name=- and send the value on standard input.`,
		Example: "lenswatch sessions create \"Activity Monitor\"\n" +
			"session=$(lenswatch sessions create \"Activity Monitor\")\n" +
			"lenswatch tail \"$session\"\n" +
			"lenswatch sessions create \"Anomaly Detector\" --input trial.csv",
		Args:              oneArg("create requires one lens: an ID or a name"),
		ValidArgsFunction: completeLens(env),
		RunE: func(cmd *cobra.Command, args []string) error {
			return unfinished(cmd.Context(), create(cmd.Context(), env, o, args[0]))
		},
	}
	cmd.Flags().StringArrayVar(&o.params, "param", nil, "lens parameter, as `name=value`; may be repeated; name=- reads standard input")
	cmd.Flags().StringVar(&o.input, "input", "", "make the session read this `input`: a csv, jsonl or mp4 file, file:ID, rtsp or an rtsp:// URL")
	o.source.flags(cmd)
	outputFlag(cmd, &o.output, "text", "json")
	return cmd
}

func create(ctx context.Context, env Env, o *createOptions, what string) error {
	services, err := services(ctx, env)
	if err != nil {
		return err
	}
	lenses, failed := allLenses(ctx, services)
	lens, err := findLens(lenses, what)
	if err != nil {
		return cmp.Or(failed, err) // a service that did not answer may have it
	}
	inputs, err := readParams(env, lens, o.params)
	if err != nil {
		return err
	}
	plan, closeFile, err := o.plan(env) // what is wrong with it is said before anything is created
	if err != nil {
		return err
	}
	defer closeFile()
	svc := services[slices.IndexFunc(services, func(s client.Service) bool { return s.Name() == lens.Service })]
	if err := o.suits(ctx, svc, lens, plan); err != nil {
		return err
	}
	ledger := openLedger(env)
	defer ledger.Close()
	req := client.CreateRequest{LensID: lens.ID, LensName: lens.Name, Inputs: inputs}
	session, err := createSession(ctx, env, ledger, svc, req)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return destroyNew(ctx, ledger, svc, session.ID)
	}
	known := ledger.Trouble() == nil
	if err := ledger.Keep(session.ID); err != nil && known {
		env.say("the session is running, but the ledger could not be updated, so later runs may treat it as orphaned: " + err.Error())
	}
	if o.output != "json" {
		_, err = fmt.Fprintln(env.Stdout, session.ID)
	}
	if err == nil && o.input != "" {
		err = setNewInput(ctx, env, svc, session.ID, plan)
	}
	if o.output == "json" {
		err = cmp.Or(err, printCreated(ctx, env, svc, session, o.input != ""))
	}
	return err
}

// setNewInput sets the input of a session that was just created, which runs on if that fails.
func setNewInput(ctx context.Context, env Env, svc client.Service, id string, plan pipeline.Plan) error {
	state := "without an input"
	print := printProgress(env)
	err := setInput(ctx, svc, id, plan, func(p pipeline.Progress) {
		if p.Step == pipeline.StepInput {
			state = "and may have its input"
		}
		print(p)
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%w; session %s is running %s; to destroy it: lenswatch sessions destroy %s", errInterrupted, id, state, id)
	}
	return fmt.Errorf("session %s was created, but setting its input failed: %w", id, err)
}

// printCreated prints a session as it is once it was set up, or as it was created where that cannot be asked for.
func printCreated(ctx context.Context, env Env, svc client.Service, session client.Session, setUp bool) error {
	if setUp {
		ctx, cancel := context.WithTimeout(ctx, controlTimeout)
		defer cancel()
		if now, err := svc.Session(ctx, session.ID); err == nil {
			session = session.Merge(now)
		}
	}
	return writeObjects(env.Stdout, []sessionJSON{sessionOf(session, time.Now())})
}

// plan is what the new session is given.
func (o *createOptions) plan(env Env) (pipeline.Plan, func(), error) {
	switch {
	case o.input != "":
		plan, closeFile, err := planInput(env, o.input, o.source)
		plan.Output = true
		return plan, closeFile, err
	case o.source != (inputOptions{}):
		return pipeline.Plan{}, nil, usagef("--loop, --window and --step require --input")
	}
	return pipeline.Plan{}, func() {}, nil
}

// suits is a usage error if a session of the lens would not read the input of a plan.
func (o *createOptions) suits(ctx context.Context, svc client.Service, lens client.Lens, plan pipeline.Plan) error {
	if o.input == "" {
		return nil
	}
	if err := controllable(svc); err != nil {
		return err
	}
	if err := plan.Fits(lens); err != nil {
		return usagef("%w; create the session without --input and use `set-input --yes` to send it anyway", err)
	}
	return isStored(ctx, svc, plan)
}

// createSession creates a session in the custody of a ledger, or without one that fails: the session is handed over or
// destroyed by this process, so that the ledger matters only if that is killed. An interruption waits a moment for the
// answer, then looks for the session; without one the error wraps [errInterrupted] then.
func createSession(ctx context.Context, env Env, ledger *custody.Ledger, svc client.Service, req client.CreateRequest) (client.Session, error) {
	creating, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		env.say("interrupted: waiting for the response to the create, to destroy its session")
		time.AfterFunc(answerWithin, cancel)
	})()
	session, err := ledger.Create(creating, svc, req)
	if errors.Is(err, custody.ErrLedger) && session.ID == "" && ctx.Err() == nil {
		env.say(fmt.Sprintf("not recorded (%v): destroy this session by its ID", ledger.Trouble()))
		ledger.Accept()
		session, err = ledger.Create(creating, svc, req)
	}
	if err != nil && ctx.Err() != nil {
		err = givenUp(err)
	}
	return session, err
}

// answerWithin is how long an interrupted create may still take to be answered.
const answerWithin = 3 * time.Second

// givenUp is the error of a create that was interrupted.
func givenUp(err error) error {
	if lost, ok := errors.AsType[*custody.LostError](err); ok {
		return fmt.Errorf("%w before the service responded to the create: %s", errInterrupted,
			cmp.Or(lost.Found, "no session of it was found; if one appears, `lenswatch sessions destroy --mine` destroys it"))
	}
	return fmt.Errorf("%w: %w", errInterrupted, err)
}

// destroyNew destroys the session of a create that was interrupted; the error says what became of it.
func destroyNew(ctx context.Context, ledger *custody.Ledger, svc client.Service, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupWithin)
	defer cancel()
	if _, err := ledger.Destroy(ctx, svc, id); err != nil {
		return fmt.Errorf("%w; session %s may be running: %v; to destroy it: lenswatch sessions destroy %s", errInterrupted, id, err, id)
	}
	return fmt.Errorf("%w; session %s was destroyed", errInterrupted, id)
}

// readParams collects the lens's parameters from flags, environment and standard input.
func readParams(env Env, lens client.Lens, flags []string) (map[string]string, error) {
	inputs := map[string]string{}
	for _, flag := range flags {
		name, value, ok := strings.Cut(flag, "=")
		if !ok {
			return nil, usagef("--param is name=value") // what was typed may hold a secret
		}
		i := slices.IndexFunc(lens.Fields, func(f client.Field) bool { return f.Name == name })
		switch {
		case i < 0:
			return nil, usagef("--param: the lens %s has no field %q; it has %s", lens.Name, name, fieldNames(lens))
		case value == "-":
			line, err := readLine(env.Stdin)
			if err != nil {
				return nil, usagef("--param %s=-: no value on standard input: %w", name, err)
			}
			value = line
		case lens.Fields[i].Secret:
			return nil, usagef("--param %s: secrets cannot be passed as arguments (visible to other users); set %s, or pass %s=- and send it on standard input",
				name, paramVariable(name), name)
		}
		inputs[name] = value
	}
	for _, f := range lens.Fields {
		if _, reported := inputs[f.Name]; !reported {
			if value := cmp.Or(env.Getenv(paramVariable(f.Name)), f.Default); value != "" {
				inputs[f.Name] = value
			}
		}
		value := inputs[f.Name]
		switch {
		case value == "" && f.Required:
			return nil, usagef("lens %s requires %s: use --param %s=… or %s", lens.Name, cmp.Or(f.Label, f.Name), f.Name, paramVariable(f.Name))
		case value != "" && len(f.Options) > 0 && !slices.Contains(f.Options, value):
			return nil, usagef("field %s must be one of %s", f.Name, strings.Join(f.Options, ", "))
		}
	}
	return inputs, nil
}

func fieldNames(lens client.Lens) string {
	if len(lens.Fields) == 0 {
		return "none"
	}
	var names []string
	for _, f := range lens.Fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// paramVariable is the environment variable with the value of a field.
func paramVariable(field string) string {
	return config.ParamVariables + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, field)
}

// maxLine is the longest value that is read from standard input, in bytes.
const maxLine = 64 << 10

// readLine reads one line, without its end.
func readLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if line != "" {
		return strings.TrimRight(line, "\r\n"), nil
	}
	return "", err
}
