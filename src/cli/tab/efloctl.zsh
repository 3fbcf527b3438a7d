_efloctl_candidates() {
    local typed=$IPREFIX$PREFIX
    local -a candidates
    candidates=("${(@f)$(EFLOCTL_COMPLETE=zsh command efloctl -- "${(@Q)words[1,CURRENT-1]}" "${(Q)typed}" 2>/dev/null)}")
    case $candidates[1] in
        ('') return 1 ;;
        ($'\1file') compset -P '--*='; _files ;;
        ($'\1folder') compset -P '--*='; _files -/ ;;
        (*) _describe -V 'efloctl' candidates ;;
    esac
}
compdef _efloctl_candidates efloctl
