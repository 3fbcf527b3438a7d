# Completion of efloctl in fish. The installed program is asked for its own script, so that the two always fit.
# Belongs into ~/.config/fish/completions/efloctl.fish.
command --query efloctl; and EFLOCTL_COMPLETE=fish command efloctl 2>/dev/null | source
