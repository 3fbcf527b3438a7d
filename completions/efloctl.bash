# Completion of efloctl in bash. The installed program is asked for its own script, so that the two always fit.
# Belongs into ~/.local/share/bash-completion/completions/efloctl, or is sourced in ~/.bashrc.
eval "$(EFLOCTL_COMPLETE=bash command efloctl 2>/dev/null)"
