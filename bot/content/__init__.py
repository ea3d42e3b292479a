"""The only room that reads what people edit: dialogs, school.yaml, catalogues and chat templates."""
