# Completion of efloctl in elvish. The installed program is asked for its own script, so that the two always fit.
# Belongs into ~/.config/elvish/rc.elv.
if (has-external efloctl) {
    eval (env EFLOCTL_COMPLETE=elvish efloctl | slurp)
}
