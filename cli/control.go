package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/watch/pipeline"
)

// controlTimeout bounds one act on a session, but for uploads.
const controlTimeout = 2 * time.Minute

// controlCommands are the commands that act on one session.
func controlCommands(env Env) []*cobra.Command {
	return []*cobra.Command{newShow(env), newSetOutput(env), newSetInput(env), newSetFocus(env), newValidate(env), newFeed(env)}
}

// actCommand is a command that acts on one session, which has to be of a service where that is possible.
func actCommand(env Env, c *cobra.Command, do func(ctx context.Context, svc client.Service, id string, rest []string) error) *cobra.Command {
	return sessionCommand(env, c, func(ctx context.Context, svc client.Service, id string, rest []string) error {
		if err := controllable(svc); err != nil {
			return err
		}
		return do(ctx, svc, id, rest)
	})
}

// controllable is a usage error if a service has no sessions that can be acted on.
func controllable(svc client.Service) error {
	if _, ok := svc.(client.Controller); !ok {
		return usagef("sessions of %s have no input, output or question to set", svc.Name())
	}
	return nil
}

// sessionCommand is a command about one session.
func sessionCommand(env Env, c *cobra.Command, do func(ctx context.Context, svc client.Service, id string, rest []string) error) *cobra.Command {
	c.ValidArgsFunction = completeSessions(env)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := env.sessionIDs(args[:1])
		if err != nil {
			return err
		}
		services, err := services(cmd.Context(), env)
		if err != nil {
			return err
		}
		return unfinished(cmd.Context(), do(cmd.Context(), serviceOf(services, ids[0]), ids[0], args[1:]))
	}
	return c
}

// oneSession takes a session's id and n more arguments.
func oneSession(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < n+1:
			return usagef("%s requires %s", named(cmd), what)
		case len(args) > n+1:
			return usagef("%s accepts only %s; %d arguments were given", named(cmd), what, len(args))
		}
		return checkIDs(args[:1])
	}
}

func newSetOutput(env Env) *cobra.Command {
	anyway := false
	c := actCommand(env, &cobra.Command{
		Use:   "set-output session",
		Short: "Give a session an output stream that lenswatch can read",
		Long: `set-output binds a Server-Sent Events writer to a session that has no output. An existing output is
left unchanged. If the service does not report whether there is one, nothing is sent unless --yes is given.`,
		Example: "lenswatch sessions set-output lsn-251207a89f948ed4e30d8f80aaba77",
		Args:    oneSession(0, "a session ID"),
	}, func(ctx context.Context, svc client.Service, id string, _ []string) error {
		ctx, cancel := context.WithTimeout(ctx, controlTimeout)
		defer cancel()
		err := pipeline.Run(ctx, svc, id, pipeline.Plan{Output: true, Anyway: anyway}, printProgress(env))
		if errors.Is(err, pipeline.ErrOutputUnknown) {
			err = fmt.Errorf("%w; try again, or pass --yes to send it anyway", err)
		}
		return err
	})
	c.Flags().BoolVar(&anyway, "yes", false, "send it even if it is not known whether the session has an output")
	return c
}

func newSetInput(env Env) *cobra.Command {
	var o inputOptions
	anyway := false
	c := actCommand(env, &cobra.Command{
		Use:   "set-input session input",
		Short: "Set the input of a session: a file or a camera",
		Long: `set-input makes a session read an input, replacing the current one:

  trial.csv      a local csv, jsonl or mp4 file, which is uploaded first
  file:ID        a file that is already uploaded
  rtsp           a camera whose URL is in ` + config.CameraVariable + `
  rtsp://...     a camera, if its URL holds no password

What is wrong with the input is said before anything is sent: of a local csv or jsonl file the first MiB is checked. Nothing is
sent either if the lens reads another kind of file, by its input or processor, unless --yes is given.`,
		Example: "lenswatch sessions set-input lsn-251207a89f948ed4e30d8f80aaba77 trial.csv",
		Args:    oneSession(1, "a session ID and an input"),
	}, func(ctx context.Context, svc client.Service, id string, rest []string) error {
		plan, closeFile, err := planInput(env, rest[0], o)
		if err != nil {
			return err
		}
		defer closeFile()
		if !anyway {
			if err := checkInput(ctx, svc, id, plan); err != nil {
				return err
			}
		}
		return setInput(ctx, svc, id, plan, printProgress(env))
	})
	o.flags(c)
	c.Flags().BoolVar(&anyway, "yes", false, "send it even if the lens reads another kind of file")
	return c
}

// checkInput is a usage error if the account does not have a file, or the lens of a session does not read what it is. What
// cannot be found out is left to the service.
func checkInput(ctx context.Context, svc client.Service, id string, plan pipeline.Plan) error {
	session, err := svc.Session(ctx, id)
	if err != nil {
		return err
	}
	lenses, err := svc.Lenses(ctx)
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(lenses, func(l client.Lens) bool { return l.ID == session.LensID })
	if i < 0 {
		return isStored(ctx, svc, plan)
	}
	if err := plan.Fits(lenses[i]); err != nil {
		return usagef("%w; --yes sends it anyway", err)
	}
	return isStored(ctx, svc, plan)
}

// isStored is a usage error if an input is a file that the account does not have.
func isStored(ctx context.Context, svc client.Service, plan pipeline.Plan) error {
	store, ok := svc.(client.FileStore)
	if !ok || plan.File != nil || plan.Input.FileID == "" {
		return nil
	}
	files, err := store.Files(ctx)
	if err != nil || slices.ContainsFunc(files, func(f client.File) bool { return f.ID == plan.Input.FileID }) {
		return nil
	}
	return usagef("the account has no file %s; to upload a local file, name it without file:", client.Line1(plan.Input.FileID))
}

// inputOptions are the flags of an input.
type inputOptions struct {
	loop         bool
	window, step int
}

func (o *inputOptions) flags(c *cobra.Command) {
	c.Flags().BoolVar(&o.loop, "loop", false, "restart a csv file when it ends")
	c.Flags().IntVar(&o.window, "window", 0, "csv `rows` or mp4 frames per inference (0: lens default)")
	c.Flags().IntVar(&o.step, "step", 0, "step between inferences, in csv `rows` or mp4 frames (0: lens default)")
}

// check reports a flag that means nothing for an input of a kind.
func (o inputOptions) check(kind client.InputKind) error {
	switch {
	case o.window < 0 || o.step < 0:
		return usagef("--window and --step are numbers above 0")
	case o.loop && !kind.Loops():
		return usagef("--loop is for csv files")
	case (o.window > 0 || o.step > 0) && !kind.Windowed():
		return usagef("--window and --step are for csv and mp4 files")
	}
	return nil
}

// setInput makes a session read the input of a plan. The session's stream is opened before the input is set, as results
// that nobody reads may be lost.
func setInput(ctx context.Context, svc client.Service, id string, plan pipeline.Plan, report func(pipeline.Progress)) error {
	plan.Opened = func(ctx context.Context) error { return streamOpens(ctx, svc, id) }
	return pipeline.Run(ctx, svc, id, plan, report)
}

// planInput reads what an input is called on the command line. The returned function closes its file.
func planInput(env Env, source string, o inputOptions) (pipeline.Plan, func(), error) {
	none := func() {}
	in := &client.Input{Loop: o.loop, Window: o.window, Step: o.step}
	switch {
	case source == "rtsp":
		address := env.Getenv(config.CameraVariable)
		if address == "" {
			return pipeline.Plan{}, none, usagef("input rtsp requires %s to be set to the camera's URL", config.CameraVariable)
		}
		return planCamera(address, o)
	case strings.HasPrefix(source, "file:"):
		in.FileID = strings.TrimPrefix(source, "file:")
		kind, known := pipeline.KindOf(in.FileID)
		if !known {
			return pipeline.Plan{}, none, usagef("%q is not a csv, jsonl or mp4 file", in.FileID)
		}
		in.Kind = kind
		return pipeline.Plan{Input: in}, none, o.check(kind)
	case pipeline.MayHoldPassword(source):
		return pipeline.Plan{}, none, usagef("a camera's user name and password cannot be passed as arguments (visible to other users); set %s and use the input rtsp", config.CameraVariable)
	case strings.HasPrefix(source, "rtsp://"), strings.HasPrefix(source, "rtsps://"):
		return planCamera(source, o)
	}
	kind, known := pipeline.KindOf(source)
	if !known {
		return pipeline.Plan{}, none, usagef("input %q is not a csv, jsonl or mp4 file, file:ID or camera", source)
	}
	if err := o.check(kind); err != nil {
		return pipeline.Plan{}, none, err
	}
	file, f, err := pipeline.Open(source)
	if err != nil {
		return pipeline.Plan{}, none, err
	}
	return pipeline.Plan{Input: in, File: file}, func() { f.Close() }, nil
}

func planCamera(address string, o inputOptions) (pipeline.Plan, func(), error) {
	in, err := pipeline.Camera(address)
	if err != nil {
		return pipeline.Plan{}, nil, usageError{err}
	}
	return pipeline.Plan{Input: &in}, func() {}, o.check(in.Kind)
}

// streamOpens waits until a session's stream is open.
func streamOpens(ctx context.Context, svc client.Service, id string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opened := false
	err := svc.Watch(ctx, id, client.WatchOptions{}, func(ev client.Event) {
		if ev.Opens() {
			opened = true
			cancel()
		}
	})
	if opened {
		return nil
	}
	return cmp.Or(err, ctx.Err()) // a watch that its context ends has no error
}

// printProgress writes each step to standard error.
func printProgress(env Env) func(pipeline.Progress) {
	return func(p pipeline.Progress) { fmt.Fprintf(env.Stderr, "lenswatch: %s\n", p.Text) }
}

func newSetFocus(env Env) *cobra.Command {
	var instruction, focus string
	c := &cobra.Command{
		Use:   "set-focus session [focus]",
		Short: "Show or change the question asked of a session's model",
		Long: `set-focus changes the focus of a running session, and with --instruction its instruction. Without either it
prints both. A change applies to later results.`,
		Example: "lenswatch sessions set-focus lsn-251207a89f948ed4e30d8f80aaba77\n" +
			"lenswatch sessions set-focus \"$session\" \"Only forklifts.\"",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usagef("%s requires a session ID and accepts at most one focus", named(cmd))
			}
			return checkIDs(args[:1])
		},
	}
	c.Flags().StringVar(&instruction, "instruction", "", "also change the `instruction`")
	return actCommand(env, c, func(ctx context.Context, svc client.Service, id string, rest []string) error {
		control := svc.(client.Controller)
		ctx, cancel := context.WithTimeout(ctx, controlTimeout)
		defer cancel()
		var change client.QuestionChange
		if len(rest) > 0 {
			focus = rest[0]
			change.Focus = &focus
		}
		if c.Flags().Changed("instruction") {
			change.Instruction = &instruction
		}
		if change != (client.QuestionChange{}) {
			if err := control.SetQuestion(ctx, id, change); err != nil {
				return err
			}
		}
		q, err := control.Question(ctx, id)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "instruction  %s\nfocus        %s\n", client.Line1(q.Instruction), client.Line1(q.Focus))
		return err
	})
}

func newValidate(env Env) *cobra.Command {
	return actCommand(env, &cobra.Command{
		Use:     "validate session",
		Short:   "Validate a session's configuration",
		Long:    "validate prints configuration errors reported by the session; exit code 3 if there are any.",
		Example: "lenswatch sessions validate lsn-251207a89f948ed4e30d8f80aaba77",
		Args:    oneSession(0, "a session ID"),
	}, func(ctx context.Context, svc client.Service, id string, _ []string) error {
		control := svc.(client.Controller)
		ctx, cancel := context.WithTimeout(ctx, controlTimeout)
		defer cancel()
		v, err := control.Validate(ctx, id)
		switch {
		case err != nil:
			return err
		case !v.Valid:
			fmt.Fprintf(env.Stdout, "%s is not valid: %s\n", id, v.Problems)
			return diagnosed{v.Problems, errStalled}
		}
		_, err = fmt.Fprintf(env.Stdout, "%s is valid\n", id)
		return err
	})
}
